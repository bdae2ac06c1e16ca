// Acts once, when a part of the element has come into sight; until then it waits, or for good once the signal is given.
export function onceInSight(element, signal, act) {
  const watcher = new IntersectionObserver(
    (changes) => {
      if (!changes.some((change) => change.isIntersecting)) return
      watcher.disconnect()
      act()
    },
    { threshold: 0.3 },
  )
  watcher.observe(element)
  signal.addEventListener("abort", () => watcher.disconnect())
}
