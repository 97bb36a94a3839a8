#include "opencv.h"

#include <string>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>

// Every function catches everything: an exception that reaches Go aborts the
// process.

void sitwell_setup(int threads) {
    try {
        cv::setNumThreads(threads);
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_ERROR);
    } catch (...) {
    }
}

void sitwell_trim(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

sitwell_capture sitwell_capture_open(const char *name, int api, const int *params, int n) {
    cv::VideoCapture *c = nullptr;
    try {
        c = new cv::VideoCapture();
        std::string s(name);
        std::vector<int> p(params, params + n);
        bool index = !s.empty() && s.find_first_not_of("0123456789") == std::string::npos;
        if ((index ? c->open(std::stoi(s), api, p) : c->open(s, api, p)) && c->isOpened()) {
            return c;
        }
    } catch (...) {
    }
    delete c;
    return nullptr;
}

int sitwell_capture_grab(sitwell_capture c) {
    try {
        return static_cast<cv::VideoCapture *>(c)->grab();
    } catch (...) {
        return 0;
    }
}

int sitwell_capture_retrieve(sitwell_capture c, void *mat) {
    try {
        cv::Mat *m = static_cast<cv::Mat *>(mat);
        return static_cast<cv::VideoCapture *>(c)->retrieve(*m) && !m->empty();
    } catch (...) {
        return 0;
    }
}

int sitwell_decode_picture(const unsigned char *data, int n, void *mat) {
    try {
        cv::Mat bytes(1, n, CV_8UC1, const_cast<unsigned char *>(data));
        cv::Mat *m = static_cast<cv::Mat *>(mat);
        *m = cv::imdecode(bytes, cv::IMREAD_COLOR);
        return !m->empty();
    } catch (...) {
        return 0;
    }
}

double sitwell_capture_get(sitwell_capture c, int prop) {
    try {
        return static_cast<cv::VideoCapture *>(c)->get(prop);
    } catch (...) {
        return 0;
    }
}

void sitwell_capture_set(sitwell_capture c, int prop, double value) {
    try {
        static_cast<cv::VideoCapture *>(c)->set(prop, value);
    } catch (...) {
    }
}

void sitwell_capture_close(sitwell_capture c) {
    try {
        delete static_cast<cv::VideoCapture *>(c);
    } catch (...) {
    }
}
