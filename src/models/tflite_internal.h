/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODELS_TFLITE_INTERNAL_H
#define ZD_MODELS_TFLITE_INTERNAL_H

/* Shared by the reader of a TensorFlow Lite graph and its operators. */

#include "models/flatbuffer.h"
#include "models/tflite.h"

/* TensorFlow's numbers of types. */
enum { ZD_TFLITE_F32 = 0, ZD_TFLITE_F16 = 1, ZD_TFLITE_I32 = 2 };
enum { ZD_TFLITE_LINE_SIZE = 160 };

/** A value of the file: a constant, what a line makes, or several such joined. */
typedef struct zd_tflite_value {
    int shape[4];
    int rank;
    size_t count;
    int type;
    zd_flat_vector constant; /* its bytes; count 0: none */
    int part_count;          /* 0: not made yet */
    int parts[ZD_TFLITE_MAX_PARTS];
    int readers;
} zd_tflite_value;

/** A line of the list; its activation comes last and may be set by a later operator. */
typedef struct zd_tflite_line {
    char text[ZD_TFLITE_LINE_SIZE];
    const char *act;
    int channels;
} zd_tflite_line;

typedef struct zd_tflite_reader {
    zd_context *ctx;
    zd_flat flat;
    const char *prefix;
    zd_tflite *out;
    zd_flat_vector codes;
    zd_flat_vector buffers;
    zd_flat_vector operators;
    zd_tflite_value *values;
    size_t value_count;
    zd_tflite_line *lines;
    int line_count;
    int tensor_room;
    zd_error *err;
} zd_tflite_reader;

/** One operator of the file. */
typedef struct zd_tflite_step {
    int index;
    int code;
    zd_flat_vector inputs;
    zd_flat_table options;
    zd_tflite_value *in; /* the first input */
    zd_tflite_value *result;
} zd_tflite_step;

/** The value that an input of an operator names; NULL (and the file is bad) when there is none. */
zd_tflite_value *zd_tflite_input(zd_tflite_reader *in, const zd_tflite_step *s, size_t index);
zd_tflite_value *zd_tflite_value_at(zd_tflite_reader *in, int index);

zd_status zd_tflite_fail(const zd_tflite_reader *in, const zd_tflite_step *s, const char *what);

/** Turns an operator into lines and tensors, or into another name for what is made. */
ZD_MUST_USE zd_status zd_tflite_operator(zd_tflite_reader *in, zd_tflite_step *s);

#endif
