// <fold-wall>: folds and unfolds the wall, and lets pointer and arrow keys choose one of its pictures. It moves what the server drew; it adds nothing up.
import { WallFlight } from "../lib/wall-flight.js"

const FLIGHT_MS = 1400
const REDUCED = matchMedia("(prefers-reduced-motion: reduce)")
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-Infinity, 0], End: [Infinity, 0] }

export class FoldWall extends HTMLElement {
  #listeners
  #aim
  #frame
  #turns = 0
  #means
  #watcher
  #place
  #thrownOut = false

  connectedCallback() {
    this.#aim = this.#folded
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    const board = this.#board
    this.#watcher = new MutationObserver(() => board.hasAttribute("tabindex") || this.#equip())
    this.#watcher.observe(board, { attributeFilter: ["tabindex"] })
    this.#equip()
    board.addEventListener("pointermove", (event) => this.#point(event), { signal })
    board.addEventListener("pointerleave", () => this.#leave(), { signal })
    board.addEventListener("blur", this.#blur, { signal })
    board.addEventListener("focus", () => board.matches(":focus-visible") && this.#show(this.#place ?? this.#chosen), { signal })
    board.addEventListener("keydown", this.#key, { signal })
    board.addEventListener("click", this.#click, { signal })
    this.#control.addEventListener("click", this.#press, { signal })
    document.addEventListener("htmx:before:history:restore", this.#goBack, { signal })
    document.addEventListener("htmx:after:swap", this.#arrive, { signal })
    this.parentElement.addEventListener("htmx:response:error", this.#refused, { signal })
    this.parentElement.addEventListener("htmx:error", () => this.#say("The server did not answer."), { signal })
  }

  disconnectedCallback() {
    this.#turns++
    this.#listeners.abort()
    this.#watcher.disconnect()
    this.#land()
  }

  get #board() {
    return this.querySelector("[data-board]")
  }

  get #control() {
    return this.querySelector(".wall__fold")
  }

  get #columns() {
    return Number(this.dataset.columns)
  }

  get #rows() {
    return Number(this.dataset.rows)
  }

  get #folded() {
    return this.hasAttribute("data-folded")
  }

  get #chosen() {
    return [Number(this.querySelector("#wall-column").value), Number(this.querySelector("#wall-row").value)]
  }

  // Only with a script can the board be entered. Morphing takes away what the server did not send.
  #equip() {
    const board = this.#board
    board.tabIndex = 0
    board.setAttribute("role", "application")
    board.setAttribute("aria-label", "The contributions: arrow keys move, Enter opens one")
    board.setAttribute("aria-describedby", "wall-status")
    if (!this.#thrownOut) return
    this.#thrownOut = false
    board.focus({ preventScroll: true })
  }

  #at(event) {
    const { left, top, width, height } = this.#board.getBoundingClientRect()
    const column = Math.floor(((event.clientX - left) / width) * this.#columns)
    const row = Math.floor(((event.clientY - top) / height) * this.#rows)
    return this.#within([column, row])
  }

  #within([column, row]) {
    return [Math.min(Math.max(column, 0), this.#columns - 1), Math.min(Math.max(row, 0), this.#rows - 1)]
  }

  #point(event) {
    if (!this.#folded && event.pointerType === "mouse") this.#show(this.#at(event))
  }

  #leave() {
    if (this.#board.matches(":focus-visible")) return
    this.querySelector(".wall__cursor").setAttribute("visibility", "hidden")
  }

  #blur = () => {
    this.#thrownOut = !this.#board.hasAttribute("tabindex")
    this.#leave()
  }

  #key = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#folded) return
    if (event.key === "Enter") {
      event.preventDefault()
      this.#open(this.#place ?? this.#chosen)
    } else if (event.key in STEPS) {
      event.preventDefault()
      const [right, down] = STEPS[event.key]
      const [column, row] = this.#place ?? this.#chosen
      this.#show(this.#within([column + right, row + down]))
      this.querySelector(".wall__cursor").scrollIntoView({ block: "nearest", inline: "nearest" })
    }
  }

  #click = (event) => {
    if (!this.#folded) this.#open(this.#at(event))
  }

  #open([column, row]) {
    this.#place = [column, row]
    this.querySelector("#wall-column").value = column
    this.querySelector("#wall-row").value = row
    this.querySelector(".wall__choose").requestSubmit()
  }

  async #show([column, row]) {
    this.#place = [column, row]
    const cursor = this.querySelector(".wall__cursor")
    cursor.setAttribute("x", column)
    cursor.setAttribute("y", row)
    cursor.setAttribute("visibility", "visible")
    const means = await this.#known()
    if (this.#place[0] !== column || this.#place[1] !== row) return
    const head = this.querySelector(`#column-${column}`).title
    const mean = means?.[column]?.[row]
    const value = mean === undefined ? "" : `: mean ${this.#digits(mean)}`
    const input = this.dataset.layer === "1" ? "channel" : "map"
    this.querySelector(".wall__status").textContent = `${input} ${column}${head ? ` (${head})` : ""} to map ${row}${value}`
  }

  #digits(value) {
    return (value === 0 ? "0" : value.toPrecision(3)).replaceAll("-", "\u2212")
  }

  // Asked for once for each wall, when the reader first points at it.
  #known() {
    if (this.#means?.address !== this.dataset.means) {
      const answer = fetch(this.dataset.means).then((found) => (found.ok ? found.json() : {}), () => ({}))
      this.#means = { address: this.dataset.means, values: answer.then((data) => data.means) }
    }
    return this.#means.values
  }

  #press = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const embedded = document.documentElement.classList.contains("embedded") // a frame adds nothing to the history of its page
    if (!embedded && !history.state?.htmx) history.replaceState({ htmx: true }, "")
    history[embedded ? "replaceState" : "pushState"]({ htmx: true }, "", this.#control.href)
    this.#turn(!this.#aim)
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
    const turn = ++this.#turns
    const pictures = REDUCED.matches ? undefined : await this.#pictures()
    if (pictures && turn === this.#turns) await this.#fly(pictures, folded)
    if (turn !== this.#turns) return
    this.toggleAttribute("data-folded", folded)
    this.querySelector(".wall__status").textContent = folded ? "Folded: each row is one map." : "Unfolded: each map in its contributions."
  }

  #pictures() {
    const load = (address) => {
      const picture = Object.assign(new Image(), { src: address })
      return picture.decode().then(() => picture)
    }
    return Promise.all([load(this.dataset.picture), load(this.dataset.tiles)]).catch(() => undefined)
  }

  // While it flies the wall stands as unfolded, and the tiles are in their places, unseen.
  #fly([picture, sheet], folded) {
    this.removeAttribute("data-folded")
    this.dataset.flying = folded ? "rows" : "tiles"
    const flight = this.#laidOut(picture, sheet)
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

  #laidOut(picture, sheet) {
    const [y, width, height] = this.dataset.boxes.split(" ").map(Number)
    const tiles = [...this.querySelectorAll(".wall__tile .sprite")]
    return new WallFlight(this.querySelector(".wall__area"), {
      picture,
      sheet,
      columns: this.#columns,
      strip: { y, width: width / this.#columns, height },
      boxes: tiles.map((tile) => tile.getAttribute("viewBox").split(" ").map(Number)),
      board: this.#board.getBoundingClientRect(),
      ends: this.querySelector(".wall__ends .sprite").getBoundingClientRect(),
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
    this.#say(`The server answered ${ctx.response.status}.`)
  }

  #say(words) {
    const place = this.parentElement.querySelector("#error")
    place.className = "error"
    place.setAttribute("role", "alert")
    place.textContent = `${words} Nothing was changed; try again in a moment.`
  }

  #arrive = () => {
    this.#turns++
    this.#land()
    this.#aim = this.#folded
    this.#bringIntoView()
  }

  // What was chosen stands under the wall, which may fill the window.
  #bringIntoView() {
    const chosen = document.querySelector("#wall-chosen .wall__part")
    const board = document.activeElement?.closest(".wall__columns, .wall__rows, .wall__tiles, .wall__board, .wall__choose")
    if (!chosen || !board) return
    const { top } = chosen.getBoundingClientRect()
    if (top > innerHeight - 200) scrollBy({ top: top - innerHeight + 320, behavior: REDUCED.matches ? "auto" : "smooth" })
  }
}
