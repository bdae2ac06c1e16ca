// The picture of a running sum: the exact one of a step at rest, and small frames over it while it moves, shown as they arrive.
import { SumFrames } from "./sum-frames.js"

const REST_MS = 250 // what moves stands still for so long: it rests

export class SumPicture {
  #place
  #addresses
  #closing = new AbortController()
  #frames
  #step // the one that is wanted
  #resting

  constructor(place, addresses) {
    this.#place = place
    this.#addresses = addresses
  }

  // Ask for the frames, all of them in one answer.
  begin() {
    if (!this.#isLive) this.#frames ??= new SumFrames(this.#addresses.moving, this.#closing.signal)
  }

  // Resolves once a step can be shown: its frame is there or, where none comes, its exact picture.
  async arrives(step) {
    await this.#frames?.arrives(step)
    if (!this.#frames?.has(step)) await this.#load(step)
  }

  async show(step) {
    this.#step = step
    clearTimeout(this.#resting)
    if (this.#isLive) return
    if (!this.#frames?.has(step)) {
      this.#state("waiting")
      if (!this.#frames) return
      await this.#frames.arrives(step)
      if (step !== this.#step || this.#closing.signal.aborted || this.#rests(step)) return // a late frame is coarser than what rests
      if (!this.#frames.has(step)) return this.rest(step)
    }
    this.#frames.draw(step, this.#canvas())
    this.#state("moving")
  }

  restSoon(step) {
    clearTimeout(this.#resting)
    this.#resting = setTimeout(() => this.rest(step), REST_MS)
  }

  // Resolves once the exact picture of a step is shown, or will not be.
  async rest(step) {
    this.#step = step
    clearTimeout(this.#resting)
    if (this.#isLive || this.#rests(step)) return
    await this.#load(step)
    if (step !== this.#step || this.#closing.signal.aborted) return
    this.#image.src = this.#exact(step) // where it did not come, the page asks again for what it shows
    this.#place.querySelector(":scope > canvas.sprite")?.remove()
    this.#state("")
  }

  close() {
    clearTimeout(this.#resting)
    this.#closing.abort()
    this.#place.querySelector(":scope > canvas.sprite")?.remove()
    this.#state("")
  }

  get #image() {
    return this.#place.querySelector(":scope > img")
  }

  // Live, the picture is that of the newest frame.
  get #isLive() {
    return this.#place.closest("[data-live]")
  }

  // The exact picture of the step is the one that is seen.
  #rests(step) {
    return this.#image.src === this.#exact(step) && !this.#state()
  }

  #exact(step) {
    return new URL(this.#addresses.exact.replace("{step}", step), document.baseURI).href
  }

  async #load(step) {
    const image = new Image()
    image.src = this.#exact(step)
    await image.decode().catch(() => undefined)
  }

  #canvas() {
    const there = this.#place.querySelector(":scope > canvas.sprite")
    if (there) return there
    const canvas = document.createElement("canvas")
    canvas.className = "sprite values"
    canvas.setAttribute("aria-hidden", "true")
    this.#image.after(canvas)
    return canvas
  }

  // What the picture is now: of a step under way, `moving` small or exact; returned where none is given.
  #state(state) {
    const sums = this.#place.closest(".sums__picture")
    if (state === undefined) return sums.dataset.state
    if (state) sums.dataset.state = state
    else delete sums.dataset.state
    sums.toggleAttribute("aria-busy", state === "waiting")
  }
}
