// The tokens with which a reader can delete their uploads, by image id; for as long as this tab is open, and nowhere else.
const PREFIX = "deletion "
const kept = new Map()

export function keep(id, token) {
  kept.set(id, token)
  try {
    sessionStorage.setItem(PREFIX + id, token)
  } catch {
    // A page in a sandbox has no storage: the token lasts until the page is left.
  }
}

export function find(id) {
  try {
    return kept.get(id) ?? sessionStorage.getItem(PREFIX + id)
  } catch {
    return null
  }
}
