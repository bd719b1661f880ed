// The canvas of a live figure: it paints frames, and turns mouse, touch and keys into positions.
// The conversation with the kernel is described in canvas.py.

const REST_AFTER = 160; // ms without a new frame until a sharp one is asked for
const LOST_AFTER = 1000; // ms until an unanswered position is given up
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const ENDS = { Home: [-50, -50], End: [50, 50] }; // of a handle that slides: across the axes, whatever its direction
const RESTARTED = "The kernel was restarted or is gone, so this picture no longer answers. Run its cell again to bring it back.";
const BUSY = "The kernel is busy with a cell; the picture answers when that is done.";

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

/** One place on the picture: the element that is seen and focused, and the area that takes presses. */
function placeHandle(name, stage, post) {
  const handle = make("div", "downhill-handle", stage, {
    tabindex: "0", "data-lm-suppress-shortcuts": "true", "data-name": name,
  });
  let area = null;
  let place = null; // as the kernel last described it
  let grip = null; // while dragging: from the pointer to the place
  let pointer = 0; // the one that drags
  let cursor = null; // of a clickable area, moved by the arrow keys

  const fractions = (event) => {
    const frame = stage.getBoundingClientRect();
    return [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
  };
  const show = ([x, y]) => {
    handle.style.left = `${100 * x}%`;
    handle.style.top = `${100 * y}%`;
  };
  const within = ([x, y]) => [clamp(x, place.box[0], place.box[2]), clamp(y, place.box[1], place.box[3])];
  const centre = () => [(place.box[0] + place.box[2]) / 2, (place.box[1] + place.box[3]) / 2];
  const move = (event) => {
    const [x, y] = fractions(event);
    const to = [x + grip[0], y + grip[1]];
    if (place.kind !== "view") show(within([place.along === "y" ? place.x : to[0], place.along === "x" ? place.y : to[1]]));
    post({ kind: "move", name, u: to[0], v: to[1] });
  };
  const down = (event) => {
    if (event.button) return;
    event.preventDefault();
    event.stopPropagation();
    handle.focus({ preventScroll: true });
    const [x, y] = fractions(event);
    if (place.kind === "clicks") {
      cursor = [x, y];
      show(cursor);
      return post({ kind: "move", name, u: x, v: y, click: true });
    }
    if (grip) return; // a second finger does not take over
    event.currentTarget.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    grip = event.currentTarget === area && place.kind === "anywhere" ? [0, 0] : [place.x - x, place.y - y];
    handle.classList.add("dragging");
    if (place.kind === "anywhere") move(event);
  };
  const up = (event) => {
    if (event.pointerId !== pointer) return;
    grip = null;
    handle.classList.remove("dragging");
  };
  const listen = (element) => {
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", (event) => grip && event.pointerId === pointer && move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) element.addEventListener(end, up);
    for (const kind of ["mousedown", "click", "dblclick"]) element.addEventListener(kind, (event) => event.stopPropagation());
  };
  listen(handle);
  handle.addEventListener("keydown", (event) => {
    const keys = place.along.length === 1 ? { ...STEPS, ...ENDS } : STEPS;
    const step = keys[event.key]?.map((part) => part * (event.shiftKey ? 5 : 1));
    const clicks = place.kind === "clicks" && (event.key === "Enter" || event.key === " ");
    if (!step && !clicks) return;
    event.preventDefault();
    event.stopPropagation();
    if (place.kind !== "clicks") return post({ kind: "key", name, right: step[0], up: step[1] });
    cursor ??= centre();
    if (clicks) return post({ kind: "move", name, u: cursor[0], v: cursor[1], click: true });
    const [left, top, right, bottom] = place.box;
    cursor = within([cursor[0] + 0.02 * step[0] * (right - left), cursor[1] - 0.02 * step[1] * (bottom - top)]);
    show(cursor);
  });

  return (described) => {
    place = described;
    handle.classList.add(place.kind);
    for (const [attribute, value] of Object.entries(ROLES[place.along.length === 1 ? "slider" : place.kind])) {
      handle.setAttribute(attribute, value);
    }
    handle.setAttribute("aria-label", place.along.length === 1 ? place.label : `${place.label}: ${place.text}`);
    handle.setAttribute("aria-valuetext", place.text);
    for (const name of ["now", "min", "max"]) if (place[name] !== undefined) handle.setAttribute(`aria-value${name}`, place[name]);
    if (place.kind !== "point" && !area) {
      area = make("div", `downhill-area ${place.kind}`, stage);
      stage.insertBefore(area, stage.querySelector(".downhill-handle"));
      listen(area);
    }
    if (area) {
      const [left, top, right, bottom] = place.box.map((part) => 100 * part);
      Object.assign(area.style, { left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%` });
    }
    if (!grip) show(place.kind === "view" ? centre() : place.kind === "clicks" ? cursor ?? centre() : [place.x, place.y]);
  };
}

function render({ model, el }) {
  const root = make("div", "downhill", el);
  const stage = make("div", "downhill-stage", root);
  stage.style.aspectRatio = `${model.get("width")} / ${model.get("height")}`;
  const canvas = make("canvas", "", stage, { role: "img" });
  const foot = make("div", "downhill-foot", root);
  const words = make("div", "downhill-words", foot);
  const summary = make("p", "downhill-summary", words);
  const goals = make("ul", "downhill-goals", words);
  const spoken = make("p", "downhill-spoken", words, { "aria-live": "polite" }); // speaks when the picture rests
  const reset = make("button", "downhill-reset", foot, { type: "button", title: "Put every control back" });
  reset.textContent = "Reset";
  const notice = make("p", "downhill-notice", root, { role: "status" });

  const view = Math.random().toString(36).slice(2);
  const paint = painter(canvas);
  const handles = new Map();
  let got = 0; // the last frame that arrived
  let sharp = false;
  let resting = 0;
  let busy = 0;
  let gone = false;

  const tell = (message) => !gone && model.send({ ...message, got, view, ratio: window.devicePixelRatio || 1 });
  const send = (message) => {
    tell(message);
    busy ||= setTimeout(() => gone || (notice.textContent = BUSY), 2 * LOST_AFTER);
  };
  const calm = () => {
    clearTimeout(busy);
    busy = 0;
  };
  const box = mailbox(send);

  const hear = (message, buffers) => {
    if (message.kind !== "frame") return;
    got = message.frame;
    calm();
    notice.textContent = "";
    if (!box.answered()) tell({ kind: "got" }); // on receipt, before decoding
    sharp = message.sharp;
    clearTimeout(resting);
    if (!sharp) resting = setTimeout(() => tell({ kind: "rest" }), REST_AFTER);
    if (buffers[0]?.byteLength) paint(got, buffers[0], sharp).catch(() => {}); // an image that can't be decoded: the last one stays
    if (summary.textContent !== message.summary) summary.textContent = message.summary;
    if (sharp) spoken.textContent = [message.summary, ...message.goals.map(([text, reached]) => reached ? `Reached: ${text}.` : "")].join(" ");
    canvas.setAttribute("aria-label", message.about);
    for (const [name, place] of Object.entries(message.places)) {
      if (!handles.has(name)) handles.set(name, placeHandle(name, stage, box.post));
      handles.get(name)(place);
    }
    goals.replaceChildren(...message.goals.map(([text, reached]) => {
      const item = document.createElement("li");
      item.textContent = text;
      if (reached) item.className = "reached";
      return item;
    }));
  };
  const lost = () => {
    gone = true;
    calm();
    clearTimeout(resting);
    notice.textContent = RESTARTED;
  };

  model.on("msg:custom", hear);
  model.on("comm_live_update", lost);
  reset.addEventListener("click", () => box.post({ kind: "reset" }));
  send({ kind: "open" });

  return () => {
    model.off("msg:custom", hear);
    model.off("comm_live_update", lost);
    for (const timer of [resting, busy]) clearTimeout(timer);
    box.close();
    tell({ kind: "close" });
  };
}

export default { render };
