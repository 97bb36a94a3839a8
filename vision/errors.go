package vision

import "errors"

// The kinds of failure that a program tells apart by its exit code. Errors of
// this package wrap one of them where it fits.
var (
	// ErrNoCamera means that there is no camera, or not the one asked for.
	ErrNoCamera = errors.New("no camera")
	// ErrBusy means that another program has the camera.
	ErrBusy = errors.New("camera busy")
	// ErrSource means that a source can't be opened or read.
	ErrSource = errors.New("source unreadable")
	// ErrLost means that a camera or stream gave frames and stopped.
	ErrLost = errors.New("source lost")
	// ErrRuntime means that the ONNX Runtime library is missing or unusable.
	ErrRuntime = errors.New("ONNX Runtime unusable")
)

// kindError is a message with a kind that errors.Is finds and Error doesn't
// repeat.
type kindError struct {
	kind error
	msg  string
}

func (e *kindError) Error() string { return e.msg }
func (e *kindError) Unwrap() error { return e.kind }
