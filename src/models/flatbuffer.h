/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODELS_FLATBUFFER_H
#define ZD_MODELS_FLATBUFFER_H

/* Reads FlatBuffers (google.github.io/flatbuffers, "FlatBuffer Internals"): tables of fields behind
 * offsets, little-endian. The bytes come from files: every read is checked, and one that leaves
 * them gives zero and sets `is_bad`, so that a reader checks once at its end. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct zd_flat {
    const uint8_t *data;
    size_t bytes;
    bool is_bad;
} zd_flat;

/** Where a table lies; 0 is no table, and all of its fields are absent. */
typedef size_t zd_flat_table;

/** A vector: the place of its first element. */
typedef struct zd_flat_vector {
    size_t at;
    size_t count;
} zd_flat_vector;

uint64_t zd_flat_number(zd_flat *flat, size_t at, int bytes);

zd_flat_table zd_flat_root(zd_flat *flat);

/** A scalar field of `bytes` bytes, sign-extended; 0 when it is absent, as FlatBuffers' default is
 *  for every field that is read here. */
int64_t zd_flat_scalar(zd_flat *flat, zd_flat_table table, int field, int bytes);

/** A field that is another table; 0 when it is absent. */
zd_flat_table zd_flat_child(zd_flat *flat, zd_flat_table table, int field);

/** A field that is a vector of elements of `bytes` bytes; empty when it is absent. All of it lies
 *  within the data. */
zd_flat_vector zd_flat_list(zd_flat *flat, zd_flat_table table, int field, size_t bytes);

/** The table at an index of a vector of tables; 0 and bad outside. */
zd_flat_table zd_flat_element(zd_flat *flat, zd_flat_vector vector, int64_t index);

/** An int32 of a vector of them; 0 and bad outside. */
int zd_flat_int(zd_flat *flat, zd_flat_vector vector, size_t index);

#endif
