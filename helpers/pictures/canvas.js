// The canvas of a live figure: it paints frames, and turns mouse, touch and keys into positions.
// The conversation with the kernel is described in canvas.py.

const REST_AFTER = 160; // ms without a new frame until a sharp one is asked for
const LOST_AFTER = 1000; // ms until an unanswered position is given up
const LONG = 700; // ms of computing until it is said
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const ENDS = { Home: [-50, -50], End: [50, 50] }; // of a handle that slides: across the axes, whatever its direction
const RESTARTED = "The kernel was restarted or is gone, so this picture no longer answers. Run its cell again to bring it back.";
const BUSY = "The kernel is busy; the picture answers when that is done.";
const PLAYS = { play: "Play", pause: "Pause", stop: "Stop", retweet: "Repeat", repeat: "Repeat" }; // by icon

const ROLES = {
  slider: { role: "slider" },
  point: { role: "application", "aria-roledescription": "handle, moved by the arrow keys" },
  anywhere: { role: "application", "aria-roledescription": "handle, moved by the arrow keys" },
  view: { role: "application", "aria-roledescription": "view, turned by the arrow keys" },
  clicks: { role: "application", "aria-roledescription": "cross-hair, moved by the arrow keys; Enter clicks" },
};

const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

function make(tag, className, parent, attributes = {}) {
  const element = document.createElement(tag);
  element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  return element;
}

/** Paints the newest frame; one that took longer to decode than its successor is thrown away. */
function painter(canvas) {
  let context = null; // made with the first frame: a canvas that has one and no picture is black
  let painted = 0;
  return async (frame, bytes, sharp) => {
    const bitmap = await createImageBitmap(new Blob([bytes], { type: sharp ? "image/png" : "image/jpeg" }));
    if (frame < painted) return bitmap.close();
    painted = frame;
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
    }
    context ??= canvas.getContext("2d", { alpha: false });
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
  };
}

/** Sends what was done one at a time, each when the last one was answered. A newer position of a place replaces an older one. */
function mailbox(send) {
  const waiting = [];
  let timer = 0; // runs while one is unanswered
  const next = () => {
    clearTimeout(timer);
    timer = 0;
    if (!waiting.length) return false;
    send(waiting.shift());
    timer = setTimeout(next, LOST_AFTER);
    return true;
  };
  return {
    post(message) {
      const last = waiting.at(-1);
      if (last && !message.click && last.kind === message.kind && last.name === message.name) {
        waiting.pop();
        if (message.kind === "key") message = { ...message, right: last.right + message.right, up: last.up + message.up };
      }
      waiting.push(message);
      if (!timer) next();
    },
    answered: next,
    close: () => clearTimeout(timer),
  };
}

/** One place on the picture: the ring that is seen and focused, and the area that takes presses. */
class Handle {
  constructor(name, stage, post) {
    this.name = name;
    this.stage = stage;
    this.post = post;
    this.place = null; // as the kernel last described it
    this.area = null;
    this.grip = null; // while dragging: from the pointer to the place
    this.pointer = 0; // the one that drags
    this.finger = null; // where one came down that may be about to move the page
    this.cursor = null; // of a clickable area, moved by the arrow keys
    this.ring = make("div", "downhill-handle", stage, { tabindex: "0", "data-name": name });
    this.listen(this.ring);
    this.ring.addEventListener("keydown", (event) => this.press(event));
  }

  /** Follow the kernel. The ring stands where the picture shows the place, also while it is dragged: it may have limits. */
  describe(place) {
    const slides = place.along.length === 1;
    this.place = place;
    this.ring.classList.add(place.kind);
    const role = ROLES[slides ? "slider" : place.kind];
    const attributes = { ...role, "aria-label": slides ? place.label : `${place.label}: ${place.text}` };
    if (slides) {
      attributes["aria-valuetext"] = place.text;
      for (const part of ["now", "min", "max"]) attributes[`aria-value${part}`] = place[part];
    }
    for (const [name, value] of Object.entries(attributes)) this.ring.setAttribute(name, value);
    if (place.kind !== "point") this.spread(place.box.map((part) => 100 * part));
    for (const element of [this.ring, this.area]) {
      if (element) element.style.touchAction = { x: "pan-y", y: "pan-x" }[place.along] ?? "none"; // the rest moves the page
    }
    if (place.kind === "view") this.show(this.centre());
    else if (place.kind === "clicks") this.show(this.cursor ?? this.centre());
    else this.show([place.x, place.y]);
  }

  spread([left, top, right, bottom]) {
    if (!this.area) {
      this.area = make("div", `downhill-area ${this.place.kind}`, this.stage);
      this.stage.insertBefore(this.area, this.stage.querySelector(".downhill-handle"));
      this.listen(this.area);
    }
    Object.assign(this.area.style, { left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%` });
  }

  listen(element) {
    element.addEventListener("pointerdown", (event) => this.down(event));
    element.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) element.addEventListener(end, (event) => this.up(event));
    for (const kind of ["mousedown", "click", "dblclick"]) element.addEventListener(kind, (event) => event.stopPropagation());
  }

  fractions(event) {
    const frame = this.stage.getBoundingClientRect();
    return [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
  }

  centre() {
    const [left, top, right, bottom] = this.place.box;
    return [(left + right) / 2, (top + bottom) / 2];
  }

  show([x, y]) {
    this.ring.style.left = `${100 * x}%`;
    this.ring.style.top = `${100 * y}%`;
  }

  move(event) {
    const [x, y] = this.fractions(event);
    this.post({ kind: "move", name: this.name, u: x + this.grip[0], v: y + this.grip[1] });
  }

  click([x, y]) {
    this.post({ kind: "move", name: this.name, u: x, v: y, click: true });
  }

  down(event) {
    if (event.button) return;
    event.preventDefault();
    event.stopPropagation();
    this.ring.focus({ preventScroll: true });
    const [x, y] = this.fractions(event);
    if (this.place.kind === "clicks") {
      this.cursor = [x, y];
      this.show(this.cursor);
      return this.click(this.cursor);
    }
    if (this.grip) return; // a second finger does not take over
    event.currentTarget.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    const jumps = event.currentTarget === this.area && this.place.kind === "anywhere";
    this.grip = jumps ? [0, 0] : [this.place.x - x, this.place.y - y];
    this.ring.classList.add("dragging");
    this.finger = event.pointerType === "touch" && this.place.along.length === 1 ? [event.clientX, event.clientY] : null;
    if (jumps && !this.finger) this.move(event);
  }

  drag(event) {
    if (!this.grip || event.pointerId !== this.pointer) return;
    if (this.finger) {
      const [across, down] = [Math.abs(event.clientX - this.finger[0]), Math.abs(event.clientY - this.finger[1])];
      if (this.place.along === "x" ? across <= down : down <= across) return;
      this.finger = null;
    }
    this.move(event);
  }

  up(event) {
    if (!this.grip || event.pointerId !== this.pointer) return;
    if (this.finger && event.type === "pointerup") this.move(event); // it tapped
    this.grip = null;
    this.ring.classList.remove("dragging");
  }

  press(event) {
    const { along, kind } = this.place;
    const keys = along.length === 1 ? { ...STEPS, ...ENDS } : STEPS;
    const step = keys[event.key]?.map((part) => part * (event.shiftKey ? 5 : 1));
    const clicks = kind === "clicks" && (event.key === "Enter" || event.key === " ");
    if (!step && !clicks) return;
    event.preventDefault();
    event.stopPropagation();
    if (kind !== "clicks") return this.post({ kind: "key", name: this.name, right: step[0], up: step[1] });
    this.cursor ??= this.centre();
    if (clicks) return this.click(this.cursor);
    const [left, top, right, bottom] = this.place.box;
    const x = this.cursor[0] + 0.02 * step[0] * (right - left);
    const y = this.cursor[1] - 0.02 * step[1] * (bottom - top);
    this.cursor = [clamp(x, left, right), clamp(y, top, bottom)];
    this.show(this.cursor);
  }
}

function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value); // what stays is no mutation
}

/** Gives sliders and play buttons what ipywidgets leaves out for those who hear the page: names, and the value that is read out. */
function nameControls(box) {
  for (const knob of box.querySelectorAll(".noUi-handle")) {
    const control = knob.closest(".widget-slider");
    set(knob, "aria-label", control?.querySelector(".widget-label")?.textContent || "slider");
    const readout = control?.querySelector(".widget-readout")?.textContent;
    if (readout) set(knob, "aria-valuetext", readout); // of a logarithmic slider it would be the exponent
  }
  for (const button of box.querySelectorAll(".widget-play button")) {
    const icon = Object.keys(PLAYS).find((name) => button.querySelector(`.fa-${name}`));
    if (icon) set(button, "aria-label", PLAYS[icon]);
  }
}

/** Makes the controls around a picture, which ipywidgets draws, part of the figure. */
function adopt(box) {
  box.addEventListener("focusin", ({ target }) => {
    target.dataset.lmSuppressShortcuts = "true"; // of the notebook: "d d" on a slider would delete its cell
  });
  if (window.parent !== window) {
    box.style.setProperty("--downhill-height", `${window.screen.availHeight}px`); // a frame is as high as what is in it
  }
  nameControls(box);
  const observer = new MutationObserver(() => nameControls(box));
  observer.observe(box, { subtree: true, childList: true, characterData: true, attributeFilter: ["aria-valuetext", "class"] });
  return observer;
}

/** The elements of a figure: the picture, and under it the words, the goals and Reset. */
function layOut(model, el) {
  const root = make("div", "downhill", el);
  const stage = make("div", "downhill-stage", root);
  stage.style.aspectRatio = `${model.get("width")} / ${model.get("height")}`;
  const canvas = make("canvas", "", stage, { role: "img" });
  const foot = make("div", "downhill-foot", root);
  const words = make("div", "downhill-words", foot);
  const summary = make("p", "downhill-summary", words);
  const goals = make("ul", "downhill-goals", words);
  const spoken = make("p", "downhill-spoken", words, { "aria-live": "polite" }); // speaks when the picture rests
  const notice = make("p", "downhill-notice", words, { role: "status" });
  const reset = make("button", "downhill-reset", foot, { type: "button", title: "Put every control back" });
  reset.textContent = "Reset";
  return { root, stage, canvas, summary, goals, spoken, notice, reset };
}

/** Says that the kernel is busy, if no answer has come when one is due. */
function patience(notice) {
  let due = Infinity;
  let timer = 0;
  const calm = () => {
    clearTimeout(timer);
    due = Infinity;
  };
  const expect = (ms) => {
    const at = performance.now() + ms;
    if (at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(() => {
      notice.textContent = BUSY;
      notice.classList.add("passing");
    }, ms);
  };
  return { calm, expect };
}

/** Puts the words of a frame under the picture. */
function say({ canvas, summary, goals, spoken }, message) {
  if (summary.textContent !== message.summary) summary.textContent = message.summary;
  if (message.sharp) {
    const reached = message.goals.map(([text, reached]) => (reached ? `Reached: ${text}.` : ""));
    spoken.textContent = [message.summary, ...reached].join(" ");
  }
  canvas.setAttribute("aria-label", message.about);
  goals.replaceChildren(...message.goals.map(([text, reached]) => {
    const item = document.createElement("li");
    item.textContent = text;
    if (reached) item.className = "reached";
    return item;
  }));
}

/** Calls `resized` with the width of the picture, first when it is in the page. The sentence keeps the lines it once needed. */
function watch(stage, summary, resized) {
  const observer = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      if (target === summary) summary.style.minHeight = `${contentRect.height}px`;
      else if (contentRect.width) resized(contentRect.width);
    }
  });
  observer.observe(stage);
  observer.observe(summary);
  return observer;
}

function render({ model, el }) {
  const page = layOut(model, el);
  const { stage, notice } = page;
  const view = Math.random().toString(36).slice(2);
  const paint = painter(page.canvas);
  const busy = patience(notice);
  const handles = new Map();
  let got = 0; // the last frame that arrived
  let resting = 0;
  let width = 0; // of the picture in the page
  let names = null; // watches the controls around the picture
  let gone = false;

  const ratio = () => { // pixels that the picture needs, in quarters: each ratio is drawn afresh
    const needed = (window.devicePixelRatio || 1) * (width / model.get("width"));
    return Math.ceil(4 * needed - 0.05) / 4;
  };
  const tell = (message) => !gone && model.send({ ...message, got, view, ratio: ratio() });
  const send = (message) => {
    tell(message);
    if (!gone) busy.expect(2 * LOST_AFTER);
  };
  const box = mailbox(send);
  const rest = () => {
    clearTimeout(resting);
    resting = setTimeout(() => tell({ kind: "rest" }), REST_AFTER);
  };
  const answer = (message, buffers) => {
    got = message.frame;
    busy.calm();
    notice.textContent = "";
    notice.classList.remove("passing");
    if (!box.answered()) tell({ kind: "got" }); // on receipt, before decoding
    if (message.sharp) clearTimeout(resting);
    else rest();
    if (buffers[0]?.byteLength) paint(got, buffers[0], message.sharp).catch(() => {}); // an image that can't be decoded: the last one stays
    say(page, message);
    for (const [name, place] of Object.entries(message.places)) {
      if (!handles.has(name)) handles.set(name, new Handle(name, stage, box.post));
      handles.get(name).describe(place);
    }
  };
  const hear = (message, buffers) => {
    if (message.kind === "frame") answer(message, buffers);
    if (message.kind === "computing") busy.expect(LONG);
  };
  const lost = () => {
    gone = true;
    busy.calm();
    clearTimeout(resting);
    page.root.classList.add("gone");
    page.reset.disabled = true;
    notice.classList.remove("passing");
    notice.textContent = RESTARTED;
  };
  const sizes = watch(stage, page.summary, (now) => {
    const isFirst = !width;
    width = now;
    if (!isFirst) {
      setTimeout(() => { page.summary.style.minHeight = ""; });
      return rest();
    }
    names = adopt(el.closest(".downhill-box") ?? page.root);
    send({ kind: "open" });
  });

  model.on("msg:custom", hear);
  model.on("comm_live_update", lost);
  page.reset.addEventListener("click", () => box.post({ kind: "reset" }));

  return () => {
    model.off("msg:custom", hear);
    model.off("comm_live_update", lost);
    sizes.disconnect();
    names?.disconnect();
    clearTimeout(resting);
    busy.calm();
    box.close();
    tell({ kind: "close" });
  };
}

export default { render };
