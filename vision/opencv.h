// What gocv v0.31 lacks and the eye needs: a capture whose grab says whether
// there was a frame, that decodes separately, takes parameters on opening and
// lets no C++ exception out. Compiles with OpenCV 4.6 and later.
#ifndef SITWELL_OPENCV_H
#define SITWELL_OPENCV_H

#ifdef __cplusplus
extern "C" {
#endif

// Gives memory that was freed back to the system, where the C library can.
void sitwell_trim(void);

typedef void *sitwell_capture;

// Sets how many threads OpenCV uses and silences its log below errors.
void sitwell_setup(int threads);

// Opens a path or address, or, if name is a number, a camera by its index,
// with a backend of cv::VideoCaptureAPIs. params holds n numbers, pairs of
// property and value. Returns NULL if it can't be opened.
sitwell_capture sitwell_capture_open(const char *name, int api, const int *params, int n);

// Takes the next frame from the driver or file; 0 when there is none.
int sitwell_capture_grab(sitwell_capture c);

// Decodes the grabbed frame into mat, a cv::Mat *; 0 when it can't be decoded
// or is empty.
int sitwell_capture_retrieve(sitwell_capture c, void *mat);

// Decodes a picture file of n bytes into mat, a cv::Mat *, as 8 bit BGR; 0 when
// it can't be decoded or is empty.
int sitwell_decode_picture(const unsigned char *data, int n, void *mat);

double sitwell_capture_get(sitwell_capture c, int prop);
void sitwell_capture_set(sitwell_capture c, int prop, double value);
void sitwell_capture_close(sitwell_capture c);

#ifdef __cplusplus
}
#endif
#endif
