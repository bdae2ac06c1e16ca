// <kernel-editor>: has the maps follow while a weight is typed or stepped, and arrow keys with Alt move between the cells.
const STEP = 0.05
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

export class KernelEditor extends HTMLElement {
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.addEventListener("input", this.#follow, { signal })
    this.addEventListener("focusin", this.#allowSteps, { signal })
    this.addEventListener("keydown", this.#move, { signal })
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  // A number that is not finished, such as "-", waits for the next key.
  #follow = ({ target }) => {
    if (target.matches(".editor__cell") && target.value !== "" && target.validity.badInput === false) {
      target.dispatchEvent(new Event("change", { bubbles: true }))
    }
  }

  // Without a script any weight must be valid; a step is for the arrow keys alone.
  #allowSteps = ({ target }) => {
    if (target.matches(".editor__cell")) target.step = STEP
  }

  #move = (event) => {
    const move = MOVES[event.key]
    if (!move || !event.altKey || !event.target.matches(".editor__cell")) return
    const [row, column] = event.target.id.split("-").slice(1).map(Number)
    const cell = this.querySelector(`#w-${row + move[0]}-${column + move[1]}`)
    if (!cell) return
    event.preventDefault()
    cell.focus()
    cell.select()
  }
}
