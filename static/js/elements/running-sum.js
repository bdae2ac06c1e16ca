// <running-sum>: plays, steps and scrubs through the pictures of a running sum. It shows frames that the server drew; it adds nothing up.
import { showEquation } from "../lib/equation.js"
import { onceInSight } from "../lib/in-sight.js"
import { prefersStill } from "../lib/motion.js"
import { SumPicture } from "../lib/sum-picture.js"
import { words } from "../lib/words.js"

const SLOW_MS = 900 // the first three steps, and the rests at the bias, the activation and the pool
const SLOW_STEPS = 3
const LONGEST_MS = 12_000
const GOING_MS = 250
let chosen = false // a map was chosen on this page: its sum plays by itself

addEventListener("click", ({ target }) => (chosen = Boolean(target.closest?.(".layer--right .tile, .layer--left:not(.parts) .tile, .block, .way:not(.way--close)"))), { capture: true })

export class RunningSum extends HTMLElement {
  #listeners
  #timer
  #shown // the picture of the sum

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.#slider.addEventListener("input", this.#scrub, { signal })
    this.#slider.addEventListener("change", this.#keep, { signal })
    this.#play.addEventListener("click", () => (this.#timer ? this.#pause() : this.#start()), { signal })
    for (const button of this.querySelectorAll(".sum__step")) {
      button.addEventListener("click", () => this.#by(Number(button.dataset.by)), { signal })
    }
    document.addEventListener("click", this.#jump, { capture: true, signal })
    document.addEventListener("keydown", this.#key, { signal })
    document.addEventListener("htmx:after:swap", this.#swapped, { signal })
    addEventListener("popstate", this.#halt, { signal })
    this.#showPlace()
    if (this.closest("[data-plays]")) onceInSight(document.querySelector(this.dataset.picture), signal, () => this.#playAlone())
  }

  disconnectedCallback() {
    this.#halt()
    this.#forget()
    this.#listeners.abort()
  }

  get #picture() {
    this.#shown ??= new SumPicture(document.querySelector(this.dataset.picture), this.dataset)
    return this.#shown
  }

  get #slider() {
    return this.querySelector(".sum__slider")
  }

  get #play() {
    return this.querySelector(".sum__play")
  }

  get #step() {
    return Number(this.#slider.value)
  }

  get #last() {
    return Number(this.#slider.max)
  }

  get #frames() {
    return this.querySelectorAll(".sum__steps li")
  }

  #start() {
    this.#picture.begin()
    if (this.#step === this.#last) this.#go(0)
    this.#play.textContent = this.dataset.pause
    this.#next()
  }

  // A step that has not arrived is waited for, so that none is left out.
  #next() {
    const timer = setTimeout(async () => {
      await this.#picture.arrives(this.#step + 1)
      if (this.#timer !== timer) return
      this.#go(this.#step + 1)
      if (this.#step < this.#last) this.#next()
      else this.#end()
    }, this.#pace())
    this.#timer = timer
  }

  #pace() {
    const rests = [...this.#frames].filter(({ dataset: { kind } }) => kind !== "sum").length
    const quick = Math.max(this.#last - SLOW_STEPS - rests, 1)
    const slow = this.#step < SLOW_STEPS || this.#frames[this.#step].dataset.kind !== "sum" || this.#step + 1 > this.#last - rests
    return slow ? SLOW_MS : Math.min(SLOW_MS, (LONGEST_MS - SLOW_MS * (SLOW_STEPS + rests)) / quick)
  }

  async #end() {
    const { signal } = this.#listeners
    this.#halt()
    this.#keep()
    await this.#picture.rest(this.#last)
    if (!signal.aborted && this.#step === this.#last) this.#goHome()
  }

  // Another sum may stand here now: the address is not this one's to change.
  #halt = () => {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#play.textContent = this.dataset.play
    this.#slider.setAttribute("aria-valuetext", this.#frames[this.#step].textContent)
  }

  #forget() {
    this.#shown?.close()
    this.#shown = undefined
  }

  #swapped = () => {
    this.#halt()
    this.#forget()
    this.#slider.value = this.#slider.defaultValue
    this.#showPlace()
    this.#playChosen()
  }

  // Where the maps stand in a strip, the open one is in sight.
  #showPlace() {
    const place = document.getElementById(this.dataset.place)
    const strip = place?.parentElement
    if (strip && strip.scrollWidth > strip.clientWidth) strip.scrollLeft = place.offsetLeft - strip.clientWidth / 2
  }

  // What the reader chose by a click plays at once.
  #playChosen() {
    if (!chosen || !this.isConnected) return
    chosen = false
    this.#playAlone()
  }

  // Where motion is unwelcome the sum stands finished, to be stepped.
  #playAlone() {
    if (prefersStill() || new URL(location).searchParams.has("sum")) return
    this.#start()
  }

  #pause() {
    this.#halt()
    this.#picture.rest(this.#step)
    this.#keep()
  }

  // While it is dragged the sum moves; where the slider stands still, it rests.
  #scrub = () => {
    this.#picture.begin()
    this.#show(this.#step)
    this.#picture.restSoon(this.#step)
  }

  #by(steps) {
    this.#restAt(this.#step + steps)
  }

  #restAt(step) {
    if (this.#timer) this.#halt()
    this.#go(step)
    this.#picture.rest(this.#step)
    this.#keep()
  }

  #jump = (event) => {
    const tile = event.target.closest(".tile--part")
    if (!tile || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    event.preventDefault()
    event.stopPropagation()
    this.#restAt(Number(tile.dataset.step))
  }

  #key = (event) => {
    if (event.key !== " " || event.target.closest("button, a, select, summary, textarea, input:not([type=range])")) return
    event.preventDefault()
    this.#play.click()
  }

  // A step is one of the sum, so the sum is shown again where a wrong answer was.
  #go(step) {
    const sum = document.querySelector('#answers [value="sum"]')
    if (sum) sum.checked = true
    this.#slider.value = step
    this.#show(this.#step)
  }

  #show(step) {
    const frame = this.#frames[step]
    const count = Number(frame.dataset.count)
    const picture = document.querySelector(this.dataset.picture)
    this.#picture.show(step)
    picture.closest(".sums").dataset.kind = frame.dataset.kind
    document.querySelector(this.dataset.says).textContent = frame.textContent
    document.querySelector(`${this.dataset.legend} .legend__beyond`).textContent = frame.dataset.beyond
    if (!this.#timer) this.#slider.setAttribute("aria-valuetext", frame.textContent) // it plays in silence
    const all = Number(this.#frames[this.#last].dataset.count)
    const adds = document.querySelector(".sums__sign") // one product is no sum
    if (adds) document.querySelector(".sum__count").textContent = words("sum_count", { count, all })
    this.#mark(frame, count)
    this.dispatchEvent(new CustomEvent("sum:step", { bubbles: true, detail: { step, count } }))
  }

  // Maps that are not in the sum yet are faint; the one just added is outlined, and stands in the equation.
  #mark(frame, count) {
    for (const tile of document.querySelectorAll(".tile--part")) {
      tile.classList.toggle("tile--out", Number(tile.dataset.step) > count)
      tile.classList.toggle("tile--added", tile.id === frame.dataset.added)
    }
    // Before the first map and after the last, the equation shows that one.
    const shown = document.querySelector(`.tile--part[data-step="${Math.max(count, 1)}"]`)
    if (shown) showEquation(document.querySelector("#equation"), shown)
  }

  // The sum is the map now: a copy of its picture goes to the map's place.
  #goHome() {
    const place = document.getElementById(this.dataset.place)
    if (!place?.getClientRects().length || place.closest("[data-live]") || prefersStill()) return
    const sum = document.querySelector(this.dataset.picture)
    const [from, to] = [sum, place].map((element) => element.getBoundingClientRect())
    const copy = sum.querySelector(".sprite").cloneNode(true)
    copy.classList.add("sums__going")
    sum.append(copy)
    const scale = to.width / from.width
    const going = copy.animate(
      [{ transform: "none" }, { transform: `translate(${to.left - from.left}px, ${to.top - from.top}px) scale(${scale})` }],
      { duration: GOING_MS, easing: "ease-in-out" },
    )
    going.onfinish = going.oncancel = () => copy.remove()
  }

  // The address follows without a request, so that a moment of the sum can be linked.
  #keep = () => {
    const url = new URL(location.href)
    if (!/\/(contributions|pixel|live)$/.test(url.pathname)) return
    if (this.#step === this.#last) url.searchParams.delete("sum")
    else url.searchParams.set("sum", this.#step)
    url.searchParams.delete("input")
    history.replaceState(history.state, "", url)
    this.#keepInSwitch(url.searchParams.get("sum"))
  }

  // Laying the sum over the picture keeps its step.
  #keepInSwitch(step) {
    const link = document.querySelector(".bench--fold .photo__switch a")
    if (!link) return
    const to = new URL(link.href)
    if (step === null) to.searchParams.delete("sum")
    else to.searchParams.set("sum", step)
    link.href = to
  }
}
