// Package activity decides about awareness work, meetings with schools, consultative tables and projects: the stream
// activity-<id>.
//
// It guarantees that nothing in it is personal: a title is the public name of the activity, people are counts. An
// activity counts in the indicators once it is recorded as held, on the day it was held, and not if it was entered in error.
package activity
