/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* EXIF is a TIFF directory (TIFF 6.0, section 2) inside a chunk of PNG (eXIf) or WebP (EXIF). Files
 * are hostile: every number is checked against what the file holds, and loops are bounded. */

#include "media/still_tags.h"

#include <assert.h>
#include <libavutil/intreadwrite.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    TAG_ORIENTATION = 274,
    TAG_SAMPLE_FORMAT = 339,
    SAMPLE_IS_FLOAT = 3,
    TYPE_SHORT = 3,
    MOST_ENTRIES = 1024,
    MOST_CHUNKS = 4096,
};

static bool read_at(FILE *file, int64_t offset, void *to, size_t bytes)
{
    return offset >= 0 && fseeko(file, offset, SEEK_SET) == 0 && fread(to, 1, bytes, file) == bytes;
}

static unsigned u16(const uint8_t *at, bool is_big)
{
    return is_big ? AV_RB16(at) : AV_RL16(at);
}

static uint32_t u32(const uint8_t *at, bool is_big)
{
    return is_big ? AV_RB32(at) : AV_RL32(at);
}

/* The first value of a tag of shorts in the first directory of the TIFF at `base`; -1: not there. */
static int read_tag(FILE *file, int64_t base, unsigned tag)
{
    uint8_t head[8];
    uint8_t entry[12];
    if (!read_at(file, base, head, sizeof head)) {
        return -1;
    }
    bool is_big = memcmp(head, "MM\0*", 4) == 0;
    if (!is_big && memcmp(head, "II*\0", 4) != 0) {
        return -1;
    }
    int64_t at = base + u32(head + 4, is_big);
    if (!read_at(file, at, head, 2)) {
        return -1;
    }
    unsigned count = u16(head, is_big);
    for (unsigned i = 0; i < count && i < MOST_ENTRIES; i++) {
        if (!read_at(file, at + 2 + (int64_t) i * 12, entry, sizeof entry)) {
            return -1;
        }
        if (u16(entry, is_big) == tag && u16(entry + 2, is_big) == TYPE_SHORT) {
            uint32_t values = u32(entry + 4, is_big);
            bool is_inside = values <= 2; /* else the field tells where they are */
            int64_t where = base + u32(entry + 8, is_big);
            return is_inside || read_at(file, where, entry + 8, 2) ? (int) u16(entry + 8, is_big)
                                                                   : -1;
        }
    }
    return -1;
}

static bool is_tiff(FILE *file)
{
    uint8_t head[4];
    return read_at(file, 0, head, sizeof head) &&
           (memcmp(head, "MM\0*", 4) == 0 || memcmp(head, "II*\0", 4) == 0);
}

/* Where a chunk's content begins; -1: there is none. A chunk of PNG is its length, name, content and
 * a checksum; one of WebP its name, length and content, padded to even. */
static int64_t find_chunk(FILE *file, int64_t at, bool is_png, const char *name)
{
    uint8_t head[8];
    for (int i = 0; i < MOST_CHUNKS && read_at(file, at, head, sizeof head); i++) {
        const uint8_t *found = is_png ? head + 4 : head;
        uint32_t length = is_png ? AV_RB32(head) : AV_RL32(head + 4);
        if (memcmp(found, name, 4) == 0) {
            return at + 8;
        }
        at += 8 + (int64_t) length + (is_png ? 4 : length % 2);
    }
    return -1;
}

/* Where a file's EXIF begins; -1: it has none. */
static int64_t find_exif(FILE *file)
{
    uint8_t head[12];
    if (!read_at(file, 0, head, sizeof head)) {
        return -1;
    }
    if (memcmp(head, "\x89PNG\r\n\x1a\n", 8) == 0) {
        return find_chunk(file, 8, true, "eXIf");
    }
    if (memcmp(head, "RIFF", 4) != 0 || memcmp(head + 8, "WEBP", 4) != 0) {
        return is_tiff(file) ? 0 : -1;
    }
    int64_t at = find_chunk(file, 12, false, "EXIF");
    bool has_name = at >= 0 && read_at(file, at, head, 6) && memcmp(head, "Exif\0\0", 6) == 0;
    return has_name ? at + 6 : at; /* some writers begin as JPEG does */
}

int zd_still_tags_orientation(const char *path)
{
    int found = -1;
    FILE *file = fopen(path, "rb");
    if (file != NULL) {
        int64_t exif = find_exif(file);
        found = exif >= 0 ? read_tag(file, exif, TAG_ORIENTATION) : -1;
        fclose(file);
    }
    return found >= 1 && found <= 8 ? found : 1;
}

void zd_still_tags_turn(int orientation, int *degrees, bool *mirror)
{
    assert(orientation >= 1 && orientation <= 8);
    static const int turns[9] = { 0, 0, 0, 180, 180, 270, 90, 90, 270 };
    *degrees = turns[orientation];
    *mirror = orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
}

bool zd_still_tags_is_float_tiff(const char *path)
{
    FILE *file = fopen(path, "rb");
    bool is_float =
        file != NULL && is_tiff(file) && read_tag(file, 0, TAG_SAMPLE_FORMAT) == SAMPLE_IS_FLOAT;
    if (file != NULL) {
        fclose(file);
    }
    return is_float;
}

bool zd_still_tags_is_animated_webp(const char *path)
{
    uint8_t head[21] = { 0 };
    FILE *file = fopen(path, "rb");
    size_t count = file != NULL ? fread(head, 1, sizeof head, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    bool is_animated = (head[20] & 2) != 0;
    return count == sizeof head && memcmp(head, "RIFF", 4) == 0 &&
           memcmp(head + 8, "WEBPVP8X", 8) == 0 && is_animated;
}
