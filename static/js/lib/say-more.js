// Says on a box that scrolls in which directions more of it follows, in data-more, for the shades at its edges.
export function sayMore(box, signal) {
  const say = () => {
    const { scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight } = box
    const more = { left: scrollLeft > 1, right: scrollLeft + clientWidth < scrollWidth - 1, down: scrollTop + clientHeight < scrollHeight - 1 }
    const said = Object.keys(more).filter((direction) => more[direction]).join(" ")
    if (box.dataset.more !== said) box.dataset.more = said
  }
  const sizes = new ResizeObserver(say)
  const morphs = new MutationObserver(say) // morphing takes away what the server did not send
  for (const one of [box, ...box.children]) sizes.observe(one)
  morphs.observe(box, { attributeFilter: ["data-more"] })
  box.addEventListener("scroll", say, { passive: true, signal })
  signal.addEventListener("abort", () => {
    sizes.disconnect()
    morphs.disconnect()
  })
  say()
}
