/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Offsets, and nothing else: what lies behind them is the caller's. */

#include "models/flatbuffer.h"

#include <assert.h>

uint64_t zd_flat_number(zd_flat *flat, size_t at, int bytes)
{
    assert(bytes >= 1 && bytes <= 8);
    uint64_t value = 0;
    if (at > flat->bytes || flat->bytes - at < (size_t) bytes) {
        flat->is_bad = true;
        return 0;
    }
    for (int i = bytes - 1; i >= 0; i--) {
        value = value << 8 | flat->data[at + (size_t) i];
    }
    return value;
}

/** The place that an offset at `at` points to. */
static size_t follow(zd_flat *flat, size_t at)
{
    return at + (size_t) zd_flat_number(flat, at, 4);
}

zd_flat_table zd_flat_root(zd_flat *flat)
{
    return follow(flat, 0);
}

/** The place of a field's value; 0 when it is absent. */
static size_t find_field(zd_flat *flat, zd_flat_table table, int field)
{
    if (table == 0) {
        return 0;
    }
    int64_t back = (int32_t) zd_flat_number(flat, table, 4);
    int64_t list = (int64_t) table - back;
    if (flat->is_bad || list < 0) {
        flat->is_bad = true;
        return 0;
    }
    size_t size = (size_t) zd_flat_number(flat, (size_t) list, 2);
    size_t slot = 4 + 2 * (size_t) field;
    size_t offset = slot + 2 <= size ? (size_t) zd_flat_number(flat, (size_t) list + slot, 2) : 0;
    return offset > 0 ? table + offset : 0;
}

int64_t zd_flat_scalar(zd_flat *flat, zd_flat_table table, int field, int bytes)
{
    assert(bytes >= 1 && bytes <= 8);
    size_t at = find_field(flat, table, field);
    if (at == 0) {
        return 0;
    }
    uint64_t value = zd_flat_number(flat, at, bytes);
    int unused = 64 - 8 * bytes;
    return (int64_t) (value << unused) >> unused;
}

zd_flat_table zd_flat_child(zd_flat *flat, zd_flat_table table, int field)
{
    size_t at = find_field(flat, table, field);
    return at > 0 ? follow(flat, at) : 0;
}

zd_flat_vector zd_flat_list(zd_flat *flat, zd_flat_table table, int field, size_t bytes)
{
    assert(bytes > 0);
    size_t at = find_field(flat, table, field);
    if (at == 0) {
        return (zd_flat_vector){ 0 };
    }
    size_t place = follow(flat, at);
    size_t count = (size_t) zd_flat_number(flat, place, 4);
    if (flat->is_bad || count > (flat->bytes - place - 4) / bytes) {
        flat->is_bad = true;
        return (zd_flat_vector){ 0 };
    }
    return (zd_flat_vector){ place + 4, count };
}

zd_flat_table zd_flat_element(zd_flat *flat, zd_flat_vector vector, int64_t index)
{
    if (index < 0 || (uint64_t) index >= vector.count) {
        flat->is_bad = true;
        return 0;
    }
    return follow(flat, vector.at + 4 * (size_t) index);
}

int zd_flat_int(zd_flat *flat, zd_flat_vector vector, size_t index)
{
    if (index >= vector.count) {
        flat->is_bad = true;
        return 0;
    }
    return (int32_t) zd_flat_number(flat, vector.at + 4 * index, 4);
}
