// The handles on a live figure: they turn mouse, touch and keys into positions on the picture.
// canvas.py puts this file before canvas.js, and sends both to the browser as one module.

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const ENDS = { Home: [-50, -50], End: [50, 50] }; // of a handle that slides: across the axes, whatever its direction

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
