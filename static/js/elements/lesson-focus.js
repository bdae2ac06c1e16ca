// <lesson-focus>: after a guess the way on has the focus, and after the way on the first answer, so that Enter and the arrow keys suffice. A page that
// was opened otherwise, or in a frame, keeps its focus.
export class LessonFocus extends HTMLElement {
  connectedCallback() {
    const from = document.referrer && new URL(document.referrer)
    const going = from && from.origin === location.origin && from.pathname.includes("/lessons")
    if (!going || self !== top) return
    const next = this.querySelector("#next, #guess, .answer:not(:disabled)")
    next?.focus({ preventScroll: true, focusVisible: true })
  }
}
