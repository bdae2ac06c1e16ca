// <fold-wall>: folds and unfolds the wall, and lets pointer and arrow keys choose one of its pictures. It moves what the server drew; it adds nothing up.
const FLIGHT_MS = 800
const MELT = 6 // the strips fade over the last sixth of their way
const REDUCED = matchMedia("(prefers-reduced-motion: reduce)")
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-Infinity, 0], End: [Infinity, 0] }

export class FoldWall extends HTMLElement {
  #listeners
  #frame
  #means
  #watcher
  #place
  #thrownOut = false

  connectedCallback() {
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
    for (const [name, folded] of [["fold", true], ["unfold", false]]) {
      this.querySelector(`.wall__${name}`).addEventListener("click", (event) => this.#toggle(event, folded), { signal })
    }
    document.addEventListener("htmx:after:swap", this.#bringIntoView, { signal })
    this.parentElement.addEventListener("htmx:response:error", this.#refused, { signal })
    this.parentElement.addEventListener("htmx:error", () => this.#say("The server did not answer."), { signal })
  }

  disconnectedCallback() {
    this.#listeners.abort()
    this.#watcher.disconnect()
    this.#land()
  }

  get #board() {
    return this.querySelector("[data-board]")
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

  async #toggle(event, folded) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    this.#land()
    const keyboard = event.target.matches(":focus-visible")
    const picture = REDUCED.matches ? undefined : await this.#picture()
    if (picture && folded) await this.#fly(picture, (part) => part)
    this.toggleAttribute("data-folded", folded)
    this.querySelector(folded ? ".wall__unfold" : ".wall__fold").focus({ preventScroll: true, focusVisible: keyboard })
    this.querySelector(".wall__status").textContent = folded ? "Folded: each row is one map." : "Unfolded: each map in its contributions."
    this.#keep(folded)
    if (picture && !folded) await this.#fly(picture, (part) => 1 - part)
  }

  async #picture() {
    const picture = Object.assign(new Image(), { src: this.dataset.picture })
    return picture.decode().then(() => picture, () => undefined)
  }

  // All rows move alike, so a column moves as one strip, from its place to the ends of the rows.
  #fly(picture, progress) {
    const canvas = document.createElement("canvas")
    const board = this.#board
    const ends = this.querySelector(".wall__ends .wall__strip").getBoundingClientRect()
    const { left, width: wide, height } = board.getBoundingClientRect()
    const width = ends.right - left
    const scale = devicePixelRatio
    const [top, boxWidth, boxHeight] = this.dataset.boxes.split(" ").map(Number)
    canvas.className = "wall__flight values"
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
    canvas.style.inlineSize = `${width}px`
    board.append(canvas)
    this.toggleAttribute("data-flying", true)
    const context = canvas.getContext("2d")
    const strip = boxWidth / this.#columns
    const cell = (wide * scale) / this.#columns
    const end = (ends.left - left) * scale
    const draw = (part) => {
      context.clearRect(0, 0, canvas.width, canvas.height)
      context.globalAlpha = Math.min((1 - part) * MELT, 1)
      for (let column = 0; column < this.#columns; column++) {
        const from = column * cell
        context.drawImage(picture, column * strip, top, strip, boxHeight, from + (end - from) * part, 0, cell, canvas.height)
      }
    }
    return new Promise((landed) => {
      const begun = performance.now()
      const step = (now) => {
        const time = Math.min(Math.max(now - begun, 0) / FLIGHT_MS, 1)
        draw(progress(time * time * (3 - 2 * time)))
        if (time < 1) this.#frame = requestAnimationFrame(step)
        else {
          this.#land()
          landed()
        }
      }
      draw(progress(0))
      this.#frame = requestAnimationFrame(step)
    })
  }

  #land() {
    cancelAnimationFrame(this.#frame)
    this.querySelector(".wall__flight")?.remove()
    this.removeAttribute("data-flying")
  }

  // The address follows without a request, so that the folded wall can be linked.
  #keep(folded) {
    const url = new URL(location.href)
    if (folded) url.searchParams.set("folded", 1)
    else url.searchParams.delete("folded")
    history.replaceState(history.state, "", url)
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

  // What was chosen stands under the wall, which may fill the window.
  #bringIntoView = () => {
    const chosen = document.querySelector("#wall-chosen .wall__part")
    const board = document.activeElement?.closest(".wall__columns, .wall__rows, .wall__board, .wall__choose")
    if (!chosen || !board) return
    const { top } = chosen.getBoundingClientRect()
    if (top > innerHeight - 200) scrollBy({ top: top - innerHeight + 320, behavior: REDUCED.matches ? "auto" : "smooth" })
  }
}
