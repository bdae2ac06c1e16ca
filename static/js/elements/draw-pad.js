// <draw-pad>: paper to draw on with pointer, finger or keys. What is drawn is the live picture: `picture` is the canvas, `live:changed` says it is new.
import { Drawing, PAPER } from "../lib/drawing.js"
import { prefersStill } from "../lib/motion.js"
import { words } from "../lib/words.js"

const STEP = 8 // of the paper's 512 units, that an arrow key moves the pen; with Shift FAR
const FAR = 32
const WIDER = 4
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

export class DrawPad extends HTMLElement {
  #listeners
  #drawing
  #pen
  #isDown = false
  #pointer

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.#drawing ??= new Drawing(this.picture)
    this.#pen ??= [this.picture.width / 2, this.picture.height / 2]
    const paper = this.picture
    paper.addEventListener("pointerdown", this.#press, { signal })
    paper.addEventListener("pointermove", this.#follow, { signal })
    for (const ended of ["pointerup", "pointercancel"]) paper.addEventListener(ended, this.#lift, { signal })
    paper.addEventListener("blur", () => this.#put(false), { signal })
    this.addEventListener("keydown", this.#key, { signal })
    this.querySelector(".pad__undo").addEventListener("click", () => this.#undo(), { signal })
    this.querySelector(".pad__clear").addEventListener("click", () => this.#clear(), { signal })
    this.#offer()
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  get picture() {
    return this.querySelector(".pad__paper")
  }

  get isReady() {
    return true
  }

  get isLossless() {
    return true
  }

  // The paper is a picture before anything is drawn on it.
  begin() {
    this.#say(words("pad_ready"))
    this.#told()
  }

  get #brush() {
    const erases = this.#chosen("tool") === "eraser"
    return { colour: erases ? PAPER : this.#chosen("colour"), width: Number(this.#width.value) }
  }

  get #width() {
    return this.querySelector(".pad__width")
  }

  #chosen(name) {
    return this.querySelector(`[name="${name}"]:checked`).value
  }

  #press = (event) => {
    if (event.button !== 0 || this.#pointer !== undefined) return
    this.#pointer = event.pointerId
    this.picture.setPointerCapture(event.pointerId)
    this.#isDown = false
    this.#say(words("pad_ready"))
    this.#drawing.begin(this.#placeOf(event), this.#brush)
    this.#told()
  }

  #follow = (event) => {
    if (event.pointerId !== this.#pointer) return
    const between = event.getCoalescedEvents?.() ?? []
    for (const one of between.length ? between : [event]) this.#drawing.extend(this.#placeOf(one))
    this.#told({ drawing: true })
  }

  #lift = (event) => {
    if (event.pointerId !== this.#pointer) return
    this.#pointer = undefined
    this.#told()
  }

  #placeOf({ clientX, clientY }) {
    const { left, top, width, height } = this.picture.getBoundingClientRect()
    return [((clientX - left) * this.picture.width) / width, ((clientY - top) * this.picture.height) / height]
  }

  // Single letters act only while something of the pad has the focus.
  #key = (event) => {
    const command = event.ctrlKey || event.metaKey
    if (event.altKey || (command && event.key.toLowerCase() !== "z")) return
    const onPaper = event.target === this.picture
    const act = command ? () => this.#undo() : (onPaper && this.#actOnPaper(event)) || this.#choosing(event.key)
    if (!act) return
    event.preventDefault()
    act()
  }

  #actOnPaper({ key, shiftKey }) {
    const way = WAYS[key]
    if (way) return () => this.#move(way, shiftKey ? FAR : STEP)
    if (key === " " || key === "Enter") return () => this.#put(!this.#isDown)
    return key === "Delete" || key === "Backspace" ? () => this.#clear() : undefined
  }

  // A pen that is down goes on with what was just chosen.
  #choosing(key) {
    const choose = this.#choice(key)
    return (
      choose &&
      (() => {
        choose()
        if (this.#isDown) this.#drawing.begin(this.#pen, this.#brush)
      })
    )
  }

  #choice(key) {
    if (key === "p" || key === "e") return () => (this.querySelector(`[name="tool"][value="${key === "p" ? "pen" : "eraser"}"]`).checked = true)
    if (key === "[" || key === "]") return () => (this.#width.value = Number(this.#width.value) + (key === "]" ? WIDER : -WIDER))
    const colour = this.querySelectorAll('[name="colour"]')[Number.parseInt(key, 10) - 1]
    return colour && (() => (colour.checked = true))
  }

  #put(down) {
    if (down === this.#isDown) return
    this.#isDown = down
    if (down) this.#drawing.begin(this.#pen, this.#brush)
    this.#say(down ? words("pen_down") : words("pen_up"))
    this.#told()
  }

  #move([right, down], by) {
    const { width, height } = this.picture
    const [x, y] = this.#pen
    this.#pen = [Math.min(Math.max(x + right * by, 0), width), Math.min(Math.max(y + down * by, 0), height)]
    if (this.#isDown) this.#drawing.extend(this.#pen)
    this.#told()
  }

  #undo() {
    this.#rest()
    this.#drawing.undo()
    this.#say(words("pad_undone"))
    this.#told()
  }

  #clear() {
    this.#rest()
    this.#drawing.clear()
    this.#say(words("pad_cleared"))
    this.#told()
  }

  #rest() {
    this.#isDown = false
    this.#pointer = undefined
  }

  // Where motion is to be still, the maps wait for the end of a stroke.
  #told({ drawing = false } = {}) {
    this.#offer()
    if (drawing && prefersStill()) return
    this.dispatchEvent(new CustomEvent("live:changed", { bubbles: true }))
  }

  #offer() {
    this.#enable(".pad__undo", this.#drawing.canUndo)
    this.#enable(".pad__clear", !this.#drawing.isClear)
    const { style } = this.querySelector(".pad__pen")
    style.setProperty("--x", this.#pen[0] / this.picture.width)
    style.setProperty("--y", this.#pen[1] / this.picture.height)
    this.toggleAttribute("data-down", this.#isDown)
  }

  // A button that can do nothing more gives its focus to the paper.
  #enable(name, enabled) {
    const button = this.querySelector(name)
    if (!enabled && button === document.activeElement) this.picture.focus()
    button.disabled = !enabled
  }

  #say(text) {
    this.dispatchEvent(new CustomEvent("live:say", { bubbles: true, detail: text }))
  }
}
