// The canvas of a live figure: it paints frames, says what is seen, and passes on what is done on the picture.
// The conversation with the kernel is described in canvas.py, which puts handles.js before this file.

const REST_AFTER = 160; // ms without a new frame until a sharp one is asked for
const LOST_AFTER = 1000; // ms until an unanswered position is given up
const LONG = 700; // ms of computing until it is said
const RESTARTED = "The kernel was restarted or is gone, so this picture no longer answers. Run its cell again to bring it back.";
const BUSY = "The kernel is busy; the picture answers when that is done.";
const PLAYS = { play: "Play", pause: "Pause", stop: "Stop", retweet: "Repeat", repeat: "Repeat" }; // by icon

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

function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value); // what stays is no mutation
}

/** Gives a slider's knob its name, and the value that is read off: of a logarithmic slider it would be the exponent. */
function nameKnob(knob) {
  const control = knob.closest(".widget-slider");
  const readout = control?.querySelector(".widget-readout")?.textContent;
  set(knob, "aria-label", control?.querySelector(".widget-label")?.textContent || "slider");
  if (readout) set(knob, "aria-valuetext", readout);
  if (!knob.matches(".ui-slider-handle")) return;
  set(knob, "role", "slider"); // ipywidgets 7, in Colab, does not say even that
  set(knob, "aria-valuenow", String(parseFloat(readout) || 0));
}

/** Gives sliders and play buttons what ipywidgets leaves out for those who hear the page. */
function nameControls(box) {
  box.querySelectorAll(".noUi-handle, .ui-slider-handle").forEach(nameKnob);
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

/** What one view of a figure tells its kernel and hears from it. It speaks until the kernel or the view is gone. */
class Conversation {
  constructor(model, page) {
    this.model = model;
    this.page = page;
    this.view = Math.random().toString(36).slice(2);
    this.paint = painter(page.canvas);
    this.busy = patience(page.notice);
    this.box = mailbox((message) => this.ask(message));
    this.handles = new Map();
    this.got = 0; // the last frame that arrived
    this.resting = 0;
    this.width = 0; // of the picture in the page
    this.gone = false;
  }

  /** Pixels that the picture needs, in quarters: each ratio is drawn afresh. */
  ratio() {
    const needed = (window.devicePixelRatio || 1) * (this.width / this.model.get("width"));
    return Math.ceil(4 * needed - 0.05) / 4;
  }

  tell(message) {
    if (!this.gone) this.model.send({ ...message, got: this.got, view: this.view, ratio: this.ratio() });
  }

  ask(message) {
    this.tell(message);
    if (!this.gone) this.busy.expect(2 * LOST_AFTER);
  }

  rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.tell({ kind: "rest" }), REST_AFTER);
  }

  hear(message, buffers) {
    if (message.kind === "frame") this.receive(message, buffers);
    if (message.kind === "computing") this.busy.expect(LONG);
  }

  receive(message, buffers) {
    this.got = message.frame;
    this.busy.calm();
    this.page.notice.textContent = "";
    this.page.notice.classList.remove("passing");
    if (!this.box.answered()) this.tell({ kind: "got" }); // on receipt, before decoding
    if (message.sharp) clearTimeout(this.resting);
    else this.rest();
    const [picture] = buffers;
    if (picture?.byteLength) this.paint(this.got, picture, message.sharp).catch(() => {}); // can't be decoded: the last one stays
    say(this.page, message);
    this.describe(message.places);
  }

  describe(places) {
    for (const [name, place] of Object.entries(places)) {
      if (!this.handles.has(name)) this.handles.set(name, new Handle(name, this.page.stage, this.box.post));
      this.handles.get(name).describe(place);
    }
  }

  /** The picture has this width now. At its first it is open; later the sentence finds its lines anew. */
  resize(width) {
    const isFirst = !this.width;
    this.width = width;
    if (isFirst) return this.ask({ kind: "open" });
    setTimeout(() => { this.page.summary.style.minHeight = ""; });
    this.rest();
  }

  /** The kernel is gone. */
  lose() {
    this.stop();
    this.page.root.classList.add("gone");
    this.page.reset.disabled = true;
    this.page.notice.classList.remove("passing");
    this.page.notice.textContent = RESTARTED;
  }

  /** The view is gone. */
  close() {
    this.tell({ kind: "close" });
    this.box.close();
    this.stop();
  }

  stop() {
    this.gone = true;
    this.busy.calm();
    clearTimeout(this.resting);
  }
}

function render({ model, el }) {
  const page = layOut(model, el);
  const talk = new Conversation(model, page);
  const hear = (message, buffers) => talk.hear(message, buffers);
  const lose = () => talk.lose();
  let names = null; // watches the controls around the picture
  const sizes = watch(page.stage, page.summary, (width) => {
    names ??= adopt(el.closest(".downhill-box") ?? page.root);
    talk.resize(width);
  });
  model.on("msg:custom", hear);
  model.on("comm_live_update", lose);
  page.reset.addEventListener("click", () => talk.box.post({ kind: "reset" }));
  return () => {
    model.off("msg:custom", hear);
    model.off("comm_live_update", lose);
    sizes.disconnect();
    names?.disconnect();
    talk.close();
  };
}

export default { render };
