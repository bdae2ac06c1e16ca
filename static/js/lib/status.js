// Says one sentence for each change: what stands open now, or that a setting was taken over; and where a sum stands, once it rests.
const SOON_MS = 100 // a region that was emptied is read again
const REST_MS = 1000 // longer than a step of a sum that plays, so that it plays in silence

export function sayChanges(stage, signal) {
  let soon
  let rest
  let known = place()?.textContent
  const say = (words) => {
    if (!place() || !words) return
    place().textContent = ""
    clearTimeout(soon)
    soon = setTimeout(() => place()?.replaceChildren(words), SOON_MS)
  }
  document.addEventListener("htmx:after:swap", () => {
    clearTimeout(rest)
    const words = place()?.textContent
    say(words === known ? place()?.dataset.again : words)
    known = words || known
  }, { signal })
  stage.addEventListener("sum:step", () => {
    clearTimeout(rest)
    rest = setTimeout(() => {
      if (!document.activeElement?.matches(".sum__slider")) say(document.querySelector("#sum-label")?.textContent)
    }, REST_MS)
  }, { signal })
}

function place() {
  return document.querySelector("#said")
}
