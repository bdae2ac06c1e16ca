// <fold-wall>: folds the wall into the maps of its rows, and unfolds it, also by Back; says what went wrong. It moves what the server drew; it adds nothing up.
import { onceInSight } from "../lib/in-sight.js"
import { prefersStill } from "../lib/motion.js"
import { WallFlight } from "../lib/wall-flight.js"
import { words } from "../lib/words.js"

const FLIGHT_MS = 1400
const LOOK_MS = 1500 // how long the wall stands unfolded before it folds by itself

export class FoldWall extends HTMLElement {
  #listeners
  #aim
  #frame
  #turns = 0

  connectedCallback() {
    this.#aim = this.#folded
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.#control.addEventListener("click", this.#press, { signal })
    document.addEventListener("htmx:before:history:restore", this.#goBack, { signal })
    document.addEventListener("htmx:after:swap", this.#arrive, { signal })
    this.parentElement.addEventListener("htmx:response:error", this.#refused, { signal })
    this.#showChosen()
    this.parentElement.addEventListener("htmx:error", () => this.#say(words("unanswered")), { signal })
    if (this.#plays && this.#folded && !prefersStill()) this.#playAlone(signal)
  }

  disconnectedCallback() {
    this.#turns++
    this.#listeners.abort()
    this.#land()
  }

  get #control() {
    return this.querySelector(".wall__fold")
  }

  get #plays() {
    return Boolean(this.closest("[data-plays]"))
  }

  get #folded() {
    return this.hasAttribute("data-folded")
  }

  #press = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    if (!this.#plays) this.#keep()
    this.#turn(!this.#aim)
  }

  #keep() {
    const embedded = document.documentElement.classList.contains("embedded") // a frame adds nothing to the history of its page
    if (!embedded && !history.state?.htmx) history.replaceState({ htmx: true }, "")
    history[embedded ? "replaceState" : "pushState"]({ htmx: true }, "", this.#control.href)
  }

  // Shows what there was, then folds it once it is seen. In a lesson, whose address stays.
  async #playAlone(signal) {
    this.removeAttribute("data-folded")
    this.#aim = false
    const turn = ++this.#turns
    await Promise.all([this.#pictures(), new Promise((seen) => onceInSight(this, signal, seen))])
    await new Promise((over) => setTimeout(over, LOOK_MS))
    if (turn === this.#turns) this.#turn(true)
  }

  // Back and forward between the two states of this very wall need no request.
  #goBack = (event) => {
    const { spread, together } = this.#control.dataset
    if (event.detail.path !== (this.#aim ? spread : together)) return
    event.preventDefault()
    this.#turn(!this.#aim)
  }

  async #turn(folded) {
    this.#land()
    this.#aim = folded
    this.#control.href = folded ? this.#control.dataset.spread : this.#control.dataset.together
    this.#keepLinks(folded)
    const turn = ++this.#turns
    const pictures = prefersStill() ? undefined : await this.#pictures()
    if (pictures && turn === this.#turns) await this.#fly(pictures, folded)
    if (turn !== this.#turns) return
    this.toggleAttribute("data-folded", folded)
    this.querySelector(".wall__status").textContent = folded ? words("wall_folded") : words("wall_unfolded")
  }

  // What changes the same wall leaves it as it stands: folded or not.
  #keepLinks(folded) {
    for (const link of this.parentElement.querySelectorAll(".training__steps a, .hears a")) {
      const address = new URL(link.href)
      if (folded) address.searchParams.set("folded", "1")
      else address.searchParams.delete("folded")
      link.href = address.href.replaceAll("%2C", ",")
    }
  }

  #pictures() {
    const load = (address) => {
      const picture = Object.assign(new Image(), { src: address })
      return picture.decode().then(() => picture)
    }
    return Promise.all(["picture", "sums", "tiles"].map((name) => load(this.dataset[name]))).catch(() => undefined)
  }

  // While it flies the wall stands as unfolded, and the tiles are in their places, unseen.
  #fly(pictures, folded) {
    this.removeAttribute("data-folded")
    this.dataset.flying = folded ? "rows" : "tiles"
    const flight = this.#laidOut(pictures)
    const draw = (part) => {
      this.dataset.flying = WallFlight.gathered(part) ? "tiles" : "rows"
      flight.draw(part)
    }
    return new Promise((landed) => {
      const begun = performance.now()
      const step = (now) => {
        const part = Math.min(Math.max(now - begun, 0) / FLIGHT_MS, 1)
        draw(folded ? part : 1 - part)
        if (part < 1) this.#frame = requestAnimationFrame(step)
        else {
          this.#land()
          landed()
        }
      }
      step(begun)
    })
  }

  #laidOut([picture, sums, sheet]) {
    const columns = Number(this.querySelector("wall-board").dataset.columns)
    const tiles = [...this.querySelectorAll(".wall__tile .sprite")]
    return new WallFlight(this.querySelector(".wall__area"), {
      picture,
      sums,
      sheet,
      columns,
      pitch: sums.width / columns,
      boxes: tiles.map((tile) => tile.getAttribute("viewBox").split(" ").map(Number)),
      bands: [...this.querySelectorAll("wall-board")].map((board) => ({
        first: Number(board.dataset.first),
        rows: Number(board.dataset.rows),
        board: board.getBoundingClientRect(),
        ends: board.parentElement.querySelector(".wall__ends .sprite").getBoundingClientRect(),
      })),
      tiles: tiles.map((tile) => tile.getBoundingClientRect()),
    })
  }

  #land() {
    cancelAnimationFrame(this.#frame)
    this.querySelector(".wall__flight")?.remove()
    this.removeAttribute("data-flying")
  }

  // The server's own refusals say what to do; anything else leaves the wall as it is.
  #refused = ({ detail: { ctx } }) => {
    if (ctx.response.headers.has("HX-Retarget")) return
    ctx.swap = "none"
    this.#say(words("refused", { status: ctx.response.status }))
  }

  #say(text) {
    const place = this.parentElement.querySelector("#error")
    place.className = "error"
    place.setAttribute("role", "alert")
    place.textContent = text
  }

  #arrive = () => {
    this.#turns++
    this.#land()
    this.#aim = this.#folded
    this.#showChosen()
    this.#bringIntoView()
  }

  // Where the wall scrolls inside itself, the column, row or picture that is chosen is in sight.
  #showChosen() {
    const scroll = this.querySelector(".wall__scroll")
    const chosen = this.querySelector(".wall__chosen")?.getBoundingClientRect()
    if (!chosen?.width) return
    const seen = scroll.getBoundingClientRect()
    const [right, bottom] = [this.querySelector(".wall__ends").getBoundingClientRect().left, seen.bottom]
    const away = (from, to, start, end) => (from < start || to > end) && to - from < end - start
    if (away(chosen.left, chosen.right, seen.left, right)) scroll.scrollLeft += (chosen.left + chosen.right - seen.left - right) / 2
    if (away(chosen.top, chosen.bottom, seen.top, bottom)) scroll.scrollTop += (chosen.top + chosen.bottom - seen.top - bottom) / 2
  }

  // What was chosen stands under the wall, which may fill the window.
  #bringIntoView() {
    const chosen = document.querySelector("#wall-chosen .wall__part")
    const board = document.activeElement?.closest(".wall__columns, .wall__rows, .wall__tiles, .wall__board, .wall__choose")
    if (!chosen || !board) return
    const { top } = chosen.getBoundingClientRect()
    if (top > innerHeight - 200) scrollBy({ top: top - innerHeight + 320, behavior: prefersStill() ? "auto" : "smooth" })
  }
}
