// <convfold-view src title height max-height theme>: a view of Convfold, as high as what it shows, from height (reserved at once) to max-height.
let scrolled = false

customElements.get("convfold-view") ||
  customElements.define(
    "convfold-view",
    class extends HTMLElement {
      static observedAttributes = ["src", "title", "height", "max-height", "theme"]
      #frame = document.createElement("iframe")
      #seen = new IntersectionObserver(() => this.#fit())
      #told = 0

      connectedCallback() {
        this.#frame.loading = "lazy"
        Object.assign(this.#frame.style, { width: "100%", border: 0, display: "block" })
        this.style.display = "block"
        this.attributeChangedCallback()
        this.append(this.#frame)
        this.#seen.observe(this)
        addEventListener("message", this.#hear)
        addEventListener("scroll", () => { scrolled = true }, { once: true })
      }

      disconnectedCallback() {
        removeEventListener("message", this.#hear)
        this.#seen.disconnect()
        this.#frame.remove()
      }

      attributeChangedCallback() {
        const src = this.#address()
        // A live view gets the camera only where the page that embeds it allows that.
        this.#frame.allow = /\/live(\?|$)/.test(src) ? "camera" : ""
        if (src && this.#frame.getAttribute("src") !== src) this.#frame.src = src
        this.#frame.title = this.title || "Convfold"
        this.#frame.height = this.#height
      }

      // A page that says that it is light, or dark, has its views so; one that says neither or both leaves it to the reader's device.
      #address() {
        const src = this.getAttribute("src") ?? ""
        const styled = getComputedStyle(this).colorScheme
        const page = styled === "normal" ? document.querySelector("meta[name=color-scheme]")?.content : styled
        const [theme, both] = `${this.getAttribute("theme")?.replace("auto", "") || page}`.match(/light|dark/g) ?? []
        return !src || !theme || both || /[?&]theme=/.test(src) ? src : `${src}${src.includes("?") ? "&" : "?"}theme=${theme}`
      }

      get #height() {
        const least = Number(this.getAttribute("height")) || 450
        return Math.min(Math.max(this.#told, least), Number(this.getAttribute("max-height")) || Math.max(least, 1200))
      }

      // Only what this element's own frame says counts.
      #hear = ({ source, data }) => {
        if (source !== this.#frame.contentWindow || data?.subject !== "convfold.frameResize") return
        if (data.height > 0) this.#told = Math.ceil(data.height)
        this.#fit()
      }

      // Once the reader scrolls, what stands under the frame moves only where it is out of sight, or by their own hand in the frame.
      #fit() {
        const bottom = this.#frame.getBoundingClientRect().bottom + Math.min(0, this.#height - this.#frame.height)
        if (!scrolled || bottom >= innerHeight || document.activeElement === this.#frame) this.#frame.height = this.#height
      }
    },
  )
