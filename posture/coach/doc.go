// Package coach counts and holds exercises at the desk by the landmarks that
// the eye sees.
//
// A [Coach] follows one exercise of one person. Like the engine it has no clock,
// no goroutine and no IO: time comes in with each observation, so a recording
// gives what the live camera gave. Observations may come at 2 to 30 a second;
// they are brought to a common pace before anything is counted.
package coach
