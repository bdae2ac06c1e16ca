// <convfold-view src title height>: a view of Convfold, as high as what it shows; height is what it has until it says so.
customElements.get("convfold-view") ||
  customElements.define(
    "convfold-view",
    class extends HTMLElement {
      static observedAttributes = ["src", "title", "height"]
      #frame = document.createElement("iframe")

      connectedCallback() {
        this.#frame.loading = "lazy"
        Object.assign(this.#frame.style, { width: "100%", border: 0, display: "block" })
        this.style.display = "block"
        this.attributeChangedCallback()
        this.append(this.#frame)
        addEventListener("message", this.#hear)
      }

      disconnectedCallback() {
        removeEventListener("message", this.#hear)
        this.#frame.remove()
      }

      attributeChangedCallback() {
        const src = this.getAttribute("src")
        // A live view gets the camera only where the page that embeds it allows that.
        this.#frame.allow = /\/live(\?|$)/.test(src) ? "camera" : ""
        if (src && this.#frame.getAttribute("src") !== src) this.#frame.src = src
        this.#frame.title = this.title || "Convfold"
        this.#frame.height = this.getAttribute("height") || 450
      }

      // Only what this element's own frame says counts.
      #hear = ({ source, data }) => {
        if (source !== this.#frame.contentWindow || data?.subject !== "convfold.frameResize") return
        if (data.height > 0) this.#frame.height = Math.min(Math.ceil(data.height), 20000)
      }
    },
  )
