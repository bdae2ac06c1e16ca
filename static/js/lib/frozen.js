// Which pictures are frames that this tab froze, and the part of the address that leads back to what made them: camera or drawing.
const PREFIX = "frozen "

export function keepFrozen(id, hash) {
  try {
    sessionStorage.setItem(PREFIX + id, hash)
  } catch {
    // A page in a sandbox has no storage: the way back is the link of the camera.
  }
}

// The hash, or null where the picture is no frozen frame.
export function findFrozen(id) {
  try {
    return sessionStorage.getItem(PREFIX + id)
  } catch {
    return null
  }
}
