// <frame-height>: tells the page that frames this one how high it is, each time that changes. Canvas and Sakai know the second message.
const REST_MS = 100

export class FrameHeight extends HTMLElement {
  #watcher
  #timer
  #told

  connectedCallback() {
    if (window.parent === window) return
    this.#watcher = new ResizeObserver(() => {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(this.#tell, REST_MS)
    })
    this.#watcher.observe(document.body)
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    this.#watcher?.disconnect()
  }

  #tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height)
    if (height === this.#told) return
    this.#told = height
    for (const subject of ["convfold.frameResize", "lti.frameResize"]) window.parent.postMessage({ subject, height }, "*")
  }
}
