//go:build race

package vision

const raceEnabled = true
