package vision

import (
	"errors"
	"image"
	"image/color"

	"gocv.io/x/gocv"

	"sitwell/posture"
)

// smallJPEG encodes a frame as a JPEG of at most mirrorWidth pixels across.
func smallJPEG(frame gocv.Mat) (jpeg []byte, width, height int, err error) {
	if frame.Empty() {
		return nil, 0, 0, errors.New("make a picture: empty frame")
	}
	width, height = frame.Cols(), frame.Rows()
	small := frame
	if width > mirrorWidth {
		height = max(1, height*mirrorWidth/width)
		width = mirrorWidth
		small = gocv.NewMat()
		defer small.Close()
		gocv.Resize(frame, &small, image.Pt(width, height), 0, 0, gocv.InterpolationArea)
		if small.Empty() {
			return nil, 0, 0, errors.New("make a picture: OpenCV can't scale the frame")
		}
	}
	buf, err := gocv.IMEncodeWithParams(gocv.JPEGFileExt, small, []int{gocv.IMWriteJpegQuality, mirrorQuality})
	if err != nil {
		return nil, 0, 0, err
	}
	defer buf.Close()
	jpeg = append(jpeg, buf.GetBytes()...)
	if len(jpeg) == 0 {
		return nil, 0, 0, errors.New("make a picture: OpenCV can't encode the frame")
	}
	return jpeg, width, height, nil
}

// bones are the pairs of landmarks that DrawLandmarks joins: the face's
// outline, the trunk, arms and legs.
var bones = [...][2]int{
	{posture.LeftEar, posture.LeftEyeOuter},
	{posture.LeftEyeOuter, posture.LeftEyeInner},
	{posture.LeftEyeInner, posture.Nose},
	{posture.Nose, posture.RightEyeInner},
	{posture.RightEyeInner, posture.RightEyeOuter},
	{posture.RightEyeOuter, posture.RightEar},
	{posture.MouthLeft, posture.MouthRight},
	{posture.LeftShoulder, posture.RightShoulder},
	{posture.LeftShoulder, posture.LeftElbow},
	{posture.LeftElbow, posture.LeftWrist},
	{posture.RightShoulder, posture.RightElbow},
	{posture.RightElbow, posture.RightWrist},
	{posture.LeftShoulder, posture.LeftHip},
	{posture.RightShoulder, posture.RightHip},
	{posture.LeftHip, posture.RightHip},
	{posture.LeftHip, posture.LeftKnee},
	{posture.LeftKnee, posture.LeftAnkle},
	{posture.RightHip, posture.RightKnee},
	{posture.RightKnee, posture.RightAnkle},
}

// drawVisibility is the visibility from which a landmark is drawn.
const drawVisibility = 0.5

// DrawLandmarks draws the landmarks of an observation into its own frame, the
// person's left in orange, their right in blue. It draws nothing when nobody
// is seen.
func DrawLandmarks(frame *gocv.Mat, o *posture.Observation) {
	if frame.Empty() || !o.Seen() {
		return
	}
	grey, left, right := color.RGBA{220, 220, 220, 0}, color.RGBA{255, 150, 40, 0}, color.RGBA{60, 140, 255, 0}
	size := max(1, frame.Cols()/320)
	at := func(i int) (image.Point, bool) {
		l := o.Landmarks[i]
		p := image.Pt(int(l.X), int(l.Y))
		return p, l.Visibility >= drawVisibility && p.In(image.Rect(0, 0, frame.Cols(), frame.Rows()).Inset(-frame.Cols()))
	}
	for _, b := range bones {
		p, ok := at(b[0])
		q, okq := at(b[1])
		if ok && okq {
			gocv.Line(frame, p, q, grey, size)
		}
	}
	for i := range o.Landmarks {
		p, ok := at(i)
		if !ok {
			continue
		}
		c := left // odd numbers, and the left half of the eyes
		switch {
		case i == posture.Nose:
			c = grey
		case i >= posture.RightEyeInner && i <= posture.RightEyeOuter, i >= posture.LeftEar && i%2 == 0:
			c = right
		}
		gocv.Circle(frame, p, size+1, c, -1)
	}
}
