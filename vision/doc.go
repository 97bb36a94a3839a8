// Package vision turns what a camera or a recording shows into observations:
// landmarks of one person, or why there are none.
//
// A [Source] gives frames: a webcam by V4L2, a video file, a folder of
// pictures, a video address or the built-in demo. [Pose] finds the people in a
// frame with BlazePose's detector, keeps to their owner and reads the
// landmarks with its landmark model, both in ONNX Runtime. [Eye] joins them:
// it takes every frame, decodes and judges those that are due, and writes one
// JSON observation a line.
//
// OpenCV up to gocv v0.40 aborts the process on a C++ exception, so nothing is
// handed to it before it is known to be a picture of the right type, and
// captures go through functions that catch.
package vision
