"""What a figure owes to the page it stands in: room, keys, names for those who hear it, touch."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.gallery import CONTROLS, FIGURES, PLACES, SLIDERS, SLOW
from tests.browser.lab import CHROMIUM, chromium, jupyter, notebook, open_notebook, run_all

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: `apt-get install chromium`, or any other way"
)

LARGE = {"width": 1400, "height": 1000}
SIZES = {  # of the window, and the room that JupyterLab's bars leave in it
    "laptop": {"width": 1280, "height": 720},
    "large": LARGE,
    "wide": {"width": 2560, "height": 1300},
}
KNOB = ".noUi-handle"

WIDTH = "document.querySelector('.downhill-stage').getBoundingClientRect().width"
UNDER_THE_RING = """ring => {
    const canvas = ring.parentElement.querySelector("canvas");
    const [x, y] = [ring.style.left, ring.style.top].map(part => parseFloat(part) / 100);
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    const pixel = copy.getImageData(x * canvas.width, y * canvas.height, 1, 1).data;
    return Math.max(pixel[0], pixel[1], pixel[2]);
}"""
COASTED = """() => {
    const before = window.scrolledTo;
    window.scrolledTo = document.querySelector(".jp-WindowedPanel-outer").scrollTop;
    return window.scrolledTo === before;
}"""
FOCUSED = """box => {
    const element = document.activeElement;
    return box.contains(element) && (element.getAttribute("aria-label") || element.textContent);
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """JupyterLab on a folder with the gallery."""
    folder = tmp_path_factory.mktemp("gallery")
    notebook(folder / "gallery.ipynb", *FIGURES)
    with jupyter(folder, tmp_path_factory.mktemp("jupyter")) as address:
        yield folder, address


@pytest.fixture(scope="module")
def shared(served):
    """The gallery in one page for all tests here, every figure painted."""
    with chromium(**LARGE) as page:
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        open_notebook(page, served[1], "gallery.ipynb")
        run_all(page)
        expect(page.locator(".downhill-box")).to_have_count(len(FIGURES))
        for summary in page.locator(".downhill-summary").all():
            expect(summary).not_to_be_empty()
        page.at_first = page.locator(".downhill-summary").all_inner_texts()
        page.width_at_first = page.evaluate(WIDTH)
        yield page


@pytest.fixture
def page(shared):
    """The gallery, every figure as it was at first."""
    shared.set_viewport_size(LARGE)
    shared.wait_for_function(f"width => {WIDTH} === width", arg=shared.width_at_first)
    for box, sentence in zip(shared.locator(".downhill-box").all(), shared.at_first):
        if box.locator(".downhill-summary").inner_text() != sentence:
            box.locator(".downhill-reset").click()
            expect(box.locator(".downhill-summary")).to_have_text(sentence)
    shared.problems.clear()
    yield shared
    assert not shared.problems


def figure(page, kind: str):
    """The box of the figure of this kind."""
    return page.locator(".downhill-box").nth(FIGURES.index(kind))


def says(box, start: str) -> None:
    """Wait until the sentence of a figure begins with these words."""
    box.locator(".downhill-summary", has_text=start).wait_for()


def centre(element) -> tuple[float, float]:
    """Where the middle of an element is in the window."""
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def hold(page, element, dx: float, dy: float) -> None:
    """Press on an element and move so far, without letting go."""
    x, y = centre(element)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=20)


# ---- room


def overhang(page) -> list[tuple[int, int]]:
    """By how many pixels the content of each output is larger than the output: down, sideways."""
    return page.locator(".downhill-box").evaluate_all("""boxes => boxes.map(box => {
        const output = box.closest(".jp-OutputArea-output");
        return [output.scrollHeight - output.clientHeight, output.scrollWidth - output.clientWidth];
    })""")


@pytest.mark.parametrize("size", SIZES)
def test_no_figure_scrolls_inside_its_output(page, size):
    page.set_viewport_size(SIZES[size])
    page.wait_for_timeout(300)
    assert overhang(page) == [[0, 0]] * len(FIGURES)


def test_a_picture_grows_with_its_column_and_is_drawn_as_sharp_as_it_is_shown(page):
    stage = figure(page, SLIDERS).locator(".downhill-stage")
    page.set_viewport_size(SIZES["laptop"])
    narrow = stage.bounding_box()["width"]
    page.set_viewport_size(SIZES["wide"])
    wide = stage.bounding_box()["width"]
    assert narrow < 900 < wide <= 1.6 * 900
    page.wait_for_function(
        "width => document.querySelector('.downhill-stage canvas').width >= width", arg=wide
    )


def test_a_whole_figure_fits_into_the_window_of_a_laptop(page):
    page.set_viewport_size(SIZES["laptop"])
    room = page.locator(".jp-WindowedPanel-outer").bounding_box()["height"]
    for kind in (SLIDERS, PLACES, SLOW):
        assert figure(page, kind).bounding_box()["height"] < room


def test_in_a_narrow_window_the_picture_stays_legible_and_scrolls_sideways(page):
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_timeout(300)
    stage = figure(page, SLIDERS).locator(".downhill-stage")
    assert stage.bounding_box()["width"] == pytest.approx(560, abs=1)
    down, sideways = overhang(page)[FIGURES.index(SLIDERS)]
    assert down == 0 and sideways > 100
    output = page.locator(".jp-OutputArea-output").nth(FIGURES.index(SLIDERS))
    output.evaluate("output => { output.scrollLeft = 100; }")
    assert output.evaluate("output => output.scrollLeft") == 100
    output.evaluate("output => { output.scrollLeft = 0; }")


@pytest.mark.parametrize("size", SIZES)
def test_slider_beneath_a_picture_is_in_line_with_its_axis_at_every_size(page, size):
    page.set_viewport_size(SIZES[size])
    box = figure(page, SLIDERS)
    left, right = box.evaluate("""box => {
        const ends = element => {
            const { left, right } = element.getBoundingClientRect();
            return [left, right];
        };
        const picture = ends(box.querySelector(".downhill-stage"));
        const track = ends(box.querySelector(".downhill-beneath .noUi-base"));
        return track.map(end => (end - picture[0]) / (picture[1] - picture[0]));
    }""")
    begins, extent = box.locator(".downhill-beneath").evaluate("""row => [
        row.querySelector(":scope > .widget-label").style.marginLeft,
        row.querySelector(".widget-slider").style.width,
    ].map(parseFloat)""")
    assert left == pytest.approx(begins / 100, abs=0.003)
    assert right == pytest.approx((begins + extent) / 100, abs=0.003)


def test_a_longer_sentence_does_not_move_the_page(page):
    box = figure(page, SLIDERS)
    before = box.bounding_box()["height"]
    box.locator(KNOB).first.focus()
    page.keyboard.press("End")
    says(box, "x 10.0")
    assert len(box.locator(".downhill-summary").inner_text()) > 280
    assert box.bounding_box()["height"] == before


# ---- keys


@pytest.mark.parametrize(
    "kind, control",
    [
        (SLIDERS, KNOB),
        (SLIDERS, f".downhill-beneath {KNOB}"),
        (SLIDERS, ".downhill-handle"),
        (SLIDERS, ".downhill-reset"),
        (CONTROLS, "input[type=checkbox]"),
        (CONTROLS, "select[multiple]"),
        (CONTROLS, ".widget-toggle-button"),
    ],
)
def test_keys_typed_on_a_control_do_not_edit_the_notebook(page, kind, control):
    cells = """window.jupyterapp.shell.currentWidget.content.widgets.map(
        cell => [cell.model.id, cell.model.type]
    )"""
    before = page.evaluate(cells)
    figure(page, kind).locator(control).first.click()
    for key in ("d", "d", "a", "b", "m", "x"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert page.evaluate(cells) == before


def test_the_tab_key_meets_the_controls_then_the_picture_and_reset_last(page):
    box = figure(page, SLIDERS)
    box.locator(KNOB).first.focus()
    met = []
    while (name := box.evaluate(FOCUSED)) and len(met) < 20:
        met.append(name)
        page.keyboard.press("Tab")
    met = [name for name in met if name not in ("2.00", "10.0")]  # readouts can be typed into
    assert met == ["x", "condition", "rate α", "start", "corner: 5, 5", "Reset"]


def test_the_focus_is_seen_on_a_slider(page):
    knob = figure(page, SLIDERS).locator(KNOB).first
    knob.focus()
    page.keyboard.press("Shift")  # now the keyboard is in use
    assert knob.evaluate("knob => getComputedStyle(knob).outline") == "rgb(11, 98, 168) solid 2px"


def test_every_slider_stands_out_from_the_page(page):
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    colours = """(parts, name) => [...new Set(parts.map(part => getComputedStyle(part)[name]))]"""
    tracks = page.locator(".downhill-box .noUi-target").evaluate_all(colours, "backgroundColor")
    knobs = page.locator(f".downhill-box {KNOB}").evaluate_all(colours, "borderTopColor")
    assert (tracks, knobs) == (["rgb(95, 103, 113)"], ["rgb(11, 98, 168)"])


# ---- names


def test_axe_finds_no_serious_fault_in_any_figure(page):
    figure(page, SLIDERS).locator(KNOB).first.focus()
    page.keyboard.press("End")  # a goal that is reached has a colour of its own
    expect(figure(page, SLIDERS).locator("li.reached")).to_have_text("Go to nine")
    found = Axe().run(page, context=".downhill-box").response["violations"]
    serious = [
        (fault["id"], [node["html"] for node in fault["nodes"]])
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_a_slider_says_its_name_and_the_value_that_is_read_off(page):
    box = figure(page, SLIDERS)
    for name, value in (("x", "2.00"), ("condition", "10.0"), ("rate α", "2.500")):
        knob = box.get_by_role("slider", name=name, exact=True)
        expect(knob).to_have_attribute("aria-valuetext", value)
    knob = box.get_by_role("slider", name="condition", exact=True)
    knob.focus()
    page.keyboard.press("End")
    expect(knob).to_have_attribute("aria-valuetext", "1.00e+3")
    knob = box.get_by_role("slider", name="rate α", exact=True)
    knob.focus()
    page.keyboard.press("ArrowRight")
    expect(knob).to_have_attribute("aria-valuetext", "2.505")


def test_a_play_control_says_what_each_button_does(page):
    box = figure(page, CONTROLS)
    for name in ("Stop", "Repeat", "Play"):
        expect(box.get_by_role("button", name=name, exact=True)).to_be_visible()
    box.get_by_role("button", name="Play", exact=True).click()
    expect(box.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    box.get_by_role("button", name="Stop", exact=True).click()


# ---- hands


def test_the_ring_stays_with_its_dot_when_the_hand_goes_on(page):
    box = figure(page, SLIDERS)
    for name, end in (("start", "x 2.0, start 2.00"), ("corner", "x 2.0, start 1.00, corner 6.00")):
        ring = box.locator(f".downhill-handle[data-name={name}]")
        hold(page, ring, 300, -60)
        says(box, end)
        page.wait_for_timeout(400)
        assert ring.evaluate(UNDER_THE_RING) < 90, f"no dot under the ring of {name}"
        page.mouse.up()
        box.locator(".downhill-reset").click()
        says(box, "x 2.0, start 1.00, corner 5.00 5.00")


def test_a_finger_finds_every_knob_within_24_pixels(page):
    hit = """(knob, [x, y]) => {
        const { left, right, top, bottom } = knob.getBoundingClientRect();
        return knob.contains(
            document.elementFromPoint((left + right) / 2 + x, (top + bottom) / 2 + y)
        );
    }"""
    for knob in page.locator(f"{KNOB}, .downhill-handle[data-name=start]").all():
        knob.scroll_into_view_if_needed()
        for offset in ([-12, 0], [12, 0], [0, -12], [0, 12]):
            assert knob.evaluate(hit, offset), f"{knob.get_attribute('aria-label')} at {offset}"


def swipe(page, x: float, y: float, dx: float, dy: float) -> None:
    """Put a finger down, move it so far in small steps, and lift it."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    steps = [(x + dx * step / 15, y + dy * step / 15) for step in range(16)]
    for kind, (left, top) in zip(["touchStart", *["touchMove"] * 15], steps, strict=True):
        points = [{"x": left, "y": top}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    session.detach()


def test_a_finger_moves_the_page_across_and_the_handle_along_its_way(page):
    page.set_viewport_size(SIZES["laptop"])
    box = figure(page, SLIDERS)
    area = box.locator(".downhill-area")
    scrolled = "element => element.closest('.jp-WindowedPanel-outer').scrollTop"
    x, y = centre(area)
    before = area.evaluate(scrolled)
    swipe(page, x + 20, y, 0, -150)
    page.wait_for_function(
        "before => document.querySelector('.jp-WindowedPanel-outer').scrollTop > before + 100",
        arg=before,
    )
    assert "start 1.00," in box.locator(".downhill-summary").inner_text()
    page.wait_for_function(COASTED, polling=300)
    x, y = centre(area)
    before = area.evaluate(scrolled)
    swipe(page, x - 20, y, -150, 0)
    says(box, "x 2.0, start -")
    assert area.evaluate(scrolled) == before
    swipe(page, x + 30, y, 0, 0)  # a tap
    says(box, "x 2.0, start 0.")


def test_nothing_glides_for_those_who_want_no_motion(page):
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate("""() => [...document.querySelectorAll(".downhill-box *")].filter(
        part => getComputedStyle(part).transitionProperty !== "none"
    ).map(part => part.className)""")
    page.emulate_media(reduced_motion="no-preference")
    assert moving == []


# ---- the kernel


def test_a_long_computation_is_said_and_moves_nothing(page):
    box = figure(page, SLOW)
    notice = box.locator(".downhill-notice")
    box.locator("input[type=checkbox]").check()
    says(box, "slow True, steps 0")
    height = box.bounding_box()["height"]
    box.locator(KNOB).focus()
    page.keyboard.press("ArrowRight")
    expect(notice).to_contain_text("The kernel is busy")
    assert "steps 0" in box.locator(".downhill-summary").inner_text()
    assert box.bounding_box()["height"] == height
    says(box, "slow True, steps 1")
    expect(notice).to_be_empty()


def test_after_a_restart_no_handle_moves(served, shared):
    folder, address = served
    notebook(folder / "alone.ipynb", SLIDERS, PLACES)
    page = shared.context.browser.new_page(viewport=LARGE)
    try:
        open_notebook(page, address, "alone.ipynb")
        run_all(page)
        says(page, "x 2.0")
        says(page, "0 probes")
        page.evaluate(
            "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
        )
        expect(page.locator(".downhill-notice").first).to_contain_text("Run its cell again")
        for ring in page.locator(".downhill-handle").all():
            before = ring.get_attribute("style")
            hold(page, ring, 60, 30)
            page.mouse.up()
            assert ring.get_attribute("style") == before
        expect(page.locator(".downhill-reset").first).to_be_disabled()
    finally:
        page.close()
