"""The canvas in a page without a kernel: what it makes of the widgets around it, of other versions
too.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from helpers.pictures.canvas import Canvas
from tests.browser.lab import CHROMIUM, chromium

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: `apt-get install chromium`, or any other way"
)

# A slider as ipywidgets 7 makes it, with jQuery UI, in the box of a figure.
SLIDER_OF_7 = """
<div class="downhill-box">
  <div class="jupyter-widgets widget-inline-hbox widget-slider widget-hslider">
    <label class="widget-label">condition</label>
    <div class="slider-container"><div class="slider ui-slider ui-slider-horizontal">
      <span tabindex="0" class="ui-slider-handle ui-corner-all ui-state-default"></span>
    </div></div>
    <div class="widget-readout" contenteditable="true">10.0</div>
  </div>
  <div id="figure" style="width: 600px"></div>
</div>
"""

RENDER = """async source => {
  const address = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  const {default: {render}} = await import(address);
  const model = {get: name => ({width: 600, height: 300})[name], on() {}, off() {}, send() {}};
  window.leave = render({model, el: document.getElementById("figure")});
}"""


@pytest.fixture
def page():
    """A figure around which stands a slider of ipywidgets 7."""
    with chromium() as page:
        page.set_content(SLIDER_OF_7)
        page.evaluate(RENDER, Canvas._esm)
        yield page


def test_a_slider_of_ipywidgets_7_says_its_name_and_its_value(page):
    knob = page.get_by_role("slider", name="condition", exact=True)
    expect(knob).to_have_attribute("aria-valuetext", "10.0")
    expect(knob).to_have_attribute("aria-valuenow", "10")
    page.locator(".widget-readout").evaluate("readout => { readout.textContent = '1.00e+3'; }")
    expect(knob).to_have_attribute("aria-valuetext", "1.00e+3")
    expect(knob).to_have_attribute("aria-valuenow", "1000")


def test_a_figure_that_is_closed_leaves_the_page_alone(page):
    knob = page.get_by_role("slider", name="condition", exact=True)
    expect(knob).to_have_attribute("aria-valuetext", "10.0")
    page.evaluate("window.leave()")
    page.locator(".widget-readout").evaluate("readout => { readout.textContent = '1.00e+3'; }")
    page.wait_for_timeout(200)
    expect(knob).to_have_attribute("aria-valuetext", "10.0")
