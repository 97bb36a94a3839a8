//go:build !race

package vision

// raceEnabled tells that the race detector slows and allocates.
const raceEnabled = false
