// Package posture is the domain of Sitwell: from observations of a person at
// a desk to measurements, a score, states and events.
//
// It has no clock, no goroutine and no IO. Time comes in with each
// [Observation], so the same stream of observations yields the same events
// whether it is live, slowed down or replayed in a second.
package posture
