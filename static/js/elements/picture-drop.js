// <picture-drop>: a picture dropped on the page or pasted into it is put into the upload's file input, as if chosen there. On a page
// without that input it is sent from here, and the same page opens on it. Anything else is refused with what came.
import { fileIn } from "../lib/picture/transfer.js"
import { openOn } from "../lib/picture/elsewhere.js"
import { Refused, showRefusal } from "../lib/refusal.js"
import { words } from "../lib/words.js"

const FIELDS = "input, textarea, select, [contenteditable]"
const OTHER_FILES = "input[type=file]:not(.upload__file)"
const STILL_MS = 1000 // a browser tells every third of a second, at least, that something is dragged over the page

export class PictureDrop extends HTMLElement {
  #listeners
  #timer
  #ours = false // dragged from this page itself

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    document.addEventListener("dragstart", () => (this.#ours = true), { signal })
    document.addEventListener("dragend", () => (this.#ours = false), { signal })
    document.addEventListener("dragover", this.#over, { signal })
    document.addEventListener("dragleave", this.#leave, { signal })
    document.addEventListener("drop", this.#drop, { signal })
    document.addEventListener("paste", this.#paste, { signal })
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    this.#listeners.abort()
  }

  #over = (event) => {
    if (!this.#isForUs(event, event.dataTransfer)) return
    event.preventDefault()
    if (event.dataTransfer.types.includes("Files")) this.#showOver()
  }

  #leave = (event) => {
    if (!event.relatedTarget) this.#hideOver()
  }

  #drop = (event) => {
    this.#hideOver()
    if (!this.#isForUs(event, event.dataTransfer)) return
    event.preventDefault()
    this.#take(event.dataTransfer)
  }

  #paste = (event) => {
    if (!this.#isForUs(event, event.clipboardData)) return
    event.preventDefault()
    this.#take(event.clipboardData)
  }

  // Text goes into the field where it is dropped or pasted, and a file into one for other files.
  #isForUs({ target }, { types }) {
    return !this.#ours && !target.closest?.(types.includes("Files") ? OTHER_FILES : FIELDS)
  }

  #showOver() {
    this.toggleAttribute("data-over", true)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#hideOver(), STILL_MS)
  }

  #hideOver() {
    clearTimeout(this.#timer)
    this.removeAttribute("data-over")
  }

  async #take(transfer) {
    try {
      const file = fileIn(transfer)
      const input = document.querySelector(".upload__file")
      if (input) choose(input, file)
      else await openOn(file, { action: this.dataset.upload, from: this.dataset.image })
    } catch (error) {
      if (error.name === "AbortError") return // the reader gave it up
      showRefusal(error instanceof Refused ? error : { message: words("picture_not_sent") })
    }
  }
}

function choose(input, file) {
  const chosen = new DataTransfer()
  chosen.items.add(file)
  input.files = chosen.files
  input.dispatchEvent(new Event("change", { bubbles: true }))
}
