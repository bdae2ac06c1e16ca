// Whether a page stands in one column, as on a phone: see layout.css.
export function isPhone() {
  return matchMedia("(max-width: 56.24rem)").matches
}
