// <picture-drop>: a picture dropped on the page or pasted into it is put into the upload's file input, as if chosen there.
export class PictureDrop extends HTMLElement {
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    document.addEventListener("dragover", this.#over, { signal })
    document.addEventListener("dragleave", this.#leave, { signal })
    document.addEventListener("drop", this.#drop, { signal })
    document.addEventListener("paste", this.#paste, { signal })
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  #over = (event) => {
    if (!event.dataTransfer.types.includes("Files")) return
    event.preventDefault()
    this.toggleAttribute("data-over", true)
  }

  #leave = (event) => {
    if (!event.relatedTarget) this.removeAttribute("data-over")
  }

  #drop = (event) => {
    this.removeAttribute("data-over")
    if (event.dataTransfer.files.length === 0) return
    event.preventDefault()
    this.#choose(event.dataTransfer.files[0])
  }

  #paste = (event) => {
    if (event.clipboardData.files.length === 0) return
    event.preventDefault()
    this.#choose(event.clipboardData.files[0])
  }

  #choose(file) {
    const input = this.querySelector(".upload__file")
    const chosen = new DataTransfer()
    chosen.items.add(file)
    input.files = chosen.files
    input.dispatchEvent(new Event("change", { bubbles: true }))
  }
}
