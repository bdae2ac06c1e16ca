// A skip link moves the focus to what its target offers first. The address stays as it is, so Back still goes back.
const FIRST = 'a[href]:not([tabindex="-1"]), button, [tabindex="0"]'

export function followSkips(stage, signal) {
  stage.addEventListener("click", (event) => {
    const link = event.target.closest(".stage__skip")
    const target = link && document.querySelector(link.hash)
    if (!target) return
    event.preventDefault()
    const first = target.matches(FIRST) ? target : target.querySelector(FIRST)
    first?.focus({ focusVisible: true })
  }, { signal })
}
