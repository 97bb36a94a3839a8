// Package history tells a person's days and weeks: pure sums over what the
// store keeps, the comparison with the weeks before, and a few plain sentences.
// It has no clock, no file and no database; a [Source] gives it quarters of an
// hour, events and the time zones the person lived in, and the same input gives
// the same output, bit for bit.
//
// # Time
//
// The store rolls minutes up into quarters of an hour UTC: all offsets from UTC,
// and the instants at which they change, have been multiples of 15 minutes since
// 2012 (but for one Antarctic station in 2022), so a local day is a whole number
// of quarters, on days of 23, 23.5, 24.5 and 25 hours too. A quarter belongs to
// the date and hour that the local clock shows at its beginning. So each belongs
// to exactly one date, and nothing is counted twice or lost whatever the clock
// did. Lengths are sums of what was lived, never differences of a wall clock.
//
// A day begins at midnight, local time: that is what a calendar shows. (The
// caps on alerts and the breaks of "today" begin at four in the morning, so
// that an evening past midnight stays one; that is [posture.EndOfToday].)
//
// # What is not known
//
// Unwatched time is in no sum. Time in which posture could not be judged is
// unobservable, never good. A mean without data is nil, null in JSON, never 0 or
// 100.
package history
