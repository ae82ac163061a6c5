/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Names, keys and the text form; who puts and gets is engine_analysis.c and engine_frame.c here, and
 * clip/depth/clip_steady.c for footage from files. */

#include "engine/engine_kept.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/atomic.h"
#include "core/require.h"

/* Before the two digests of the line. */
static const char head[] = "steadied ";

zd_digest zd_engine_kept_model(const char *name)
{
    zd_digest digest;
    zd_hasher hasher;
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, name, strlen(name));
    zd_hasher_finish(&hasher, &digest);
    return digest;
}

void zd_engine_kept_begin(zd_engine_kept *out, const char *model)
{
    static atomic_int analyses;
    struct timespec now[2];
    const void *here = out;
    int number = atomic_fetch_add(&analyses, 1);
    zd_hasher hasher;
    clock_gettime(CLOCK_REALTIME, &now[0]);
    clock_gettime(CLOCK_MONOTONIC, &now[1]);
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, now, sizeof now);
    zd_hasher_update(&hasher, &here, sizeof here);
    zd_hasher_update(&hasher, &number, sizeof number);
    *out = (zd_engine_kept){ .is_known = true, .model = zd_engine_kept_model(model) };
    zd_hasher_finish(&hasher, &out->base);
}

zd_digest zd_engine_kept_key(const zd_digest *base, int64_t frame)
{
    static const char what[] = "steadied depth 1";
    zd_digest key;
    zd_hasher hasher;
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, what, sizeof what);
    zd_hasher_update(&hasher, base, sizeof *base);
    zd_hasher_update(&hasher, &frame, sizeof frame);
    zd_hasher_finish(&hasher, &key);
    return key;
}

void zd_engine_kept_write(const zd_shot_list *shots, const zd_engine_kept *kept, zd_text *out)
{
    char base[ZD_DIGEST_TEXT_SIZE];
    char model[ZD_DIGEST_TEXT_SIZE];
    zd_shot_list_write(shots, out);
    if (kept->is_known) {
        zd_digest_text(&kept->base, base);
        zd_digest_text(&kept->model, model);
        zd_text_format(out, "%s%s %s\n", head, base, model);
    }
}

/* As zd_digest_text writes it. */
static bool parse_digest(const char *text, zd_digest *out)
{
    for (int i = 0; i < 2 * ZD_DIGEST_BYTES; i++) {
        const char *digits = "0123456789abcdef";
        const char *digit = text[i] != '\0' ? strchr(digits, text[i]) : NULL;
        if (digit == NULL) {
            return false;
        }
        int value = (int) (digit - digits);
        out->bytes[i / 2] = (uint8_t) (i % 2 == 0 ? value << 4 : out->bytes[i / 2] | value);
    }
    return true;
}

static bool parse_line(const char *line, zd_engine_kept *out)
{
    enum { DIGITS = 2 * ZD_DIGEST_BYTES };
    const char *base = line + sizeof head - 1;
    if (!parse_digest(base, &out->base) || base[DIGITS] != ' ' ||
        !parse_digest(base + DIGITS + 1, &out->model))
    {
        return false;
    }
    out->is_known = strcmp(base + DIGITS + 1 + DIGITS, "\n") == 0;
    return out->is_known;
}

/* The line, which is the last; NULL: there is none. */
static const char *find_line(const char *text)
{
    size_t length = strlen(text);
    const char *last = length > 0 ? text + length - 1 : text;
    while (last > text && last[-1] != '\n') {
        last--;
    }
    return strncmp(last, head, sizeof head - 1) == 0 ? last : NULL;
}

zd_status zd_engine_kept_parse(zd_shot_list *shots, zd_engine_kept *kept, const char *text,
                               zd_error *err)
{
    ZD_REQUIRE(err, shots->ctx != NULL);
    const char *line = find_line(text);
    *kept = (zd_engine_kept){ 0 };
    if (line == NULL) {
        return zd_shot_list_parse(shots, text, err);
    }
    zd_text list;
    zd_text_init(&list, shots->ctx);
    zd_text_format(&list, "%.*s", (int) (line - text), text);
    zd_status status = zd_text_finish(&list, "the shots", err);
    if (status == ZD_OK) {
        status = zd_shot_list_parse(shots, list.data, err);
    }
    zd_text_release(&list);
    if (status == ZD_OK && !parse_line(line, kept)) {
        zd_shot_list_release(shots);
        *kept = (zd_engine_kept){ 0 };
        return zd_fail(err, ZD_ERR_CORRUPT, "the line of the steadied depth is damaged");
    }
    kept->frame_count = shots->frame_count;
    return status;
}
