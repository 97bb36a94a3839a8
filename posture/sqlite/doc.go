// Package sqlite keeps a person's history: events, minutes and baselines in
// one SQLite file on their own machine.
//
// # What it promises
//
// What [Store.AppendEvents], [Store.AddMinutes] and [Store.SaveBaseline] have
// acknowledged, by returning no error, is on disk: it outlives a kill of the
// process at any instant, and a loss of power as far as the disk keeps its own
// promise to have written what it was told to sync. Each call is one
// transaction: after an error nothing of it is in the store, and it may be
// made again. (One case is open: when the disk fails in the midst of a commit
// and the machine stops right after, the call may turn out to be in the store
// although it returned an error.)
//
// [Open] never touches a file that isn't Sitwell's, that a newer Sitwell made,
// or that another process has open through this package. An older database is
// copied beside itself before it is brought up to date.
//
// # How
//
// The file is in WAL mode with synchronous=FULL: one fsync for each commit,
// which is little for about one commit a second. One connection writes, a few
// read; readers see the last commit and don't wait for the writer. Every
// transaction that writes begins as one (BEGIN IMMEDIATE), as one that begins
// by reading can't wait for its turn. A lock on the file beside the database,
// held as long as the Store is open and freed by the kernel when the process
// ends however it ends, keeps a second instance out. Other programs may read,
// and for a few seconds even lock, the database meanwhile.
//
// Files are made with mode 0600, folders with 0700.
//
// No other code of the process may open the database file, not even to copy
// it: closing any descriptor of a file drops the POSIX locks that SQLite holds
// on it. WAL mode needs shared memory, so the file can't be on a network
// share.
package sqlite
