/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What hosts keep as text: boxes and inserts. */

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "engine/engine.h"

int zd_engine_read_boxes(const char *text, zd_box boxes[ZD_PROJECT_MAX_BOXES])
{
    int count = 0;
    const char *at = text;
    while (*at != '\0' && count < ZD_PROJECT_MAX_BOXES) {
        zd_box *b = &boxes[count];
        int used = 0;
        zd_error unused;
        *b = (zd_box){ .subtract = *at == '-' };
        at += b->subtract;
        if (sscanf(at, "%lf,%lf,%lf,%lf%n", &b->x, &b->y, &b->width, &b->height, &used) != 4) {
            break;
        }
        at += used;
        if (sscanf(at, "@%lf%n", &b->time_s, &used) == 1) {
            at += used;
        }
        if (zd_box_check(b, &unused) != ZD_OK) {
            break;
        }
        count++;
        at += strspn(at, "; ");
    }
    return count;
}

/* Sections of a project, whose first line may be left out. */
zd_status zd_engine_read_inserts(const char *name, const char *text, zd_project *out, zd_error *err)
{
    static const char first[] = "zdepth project";
    zd_text whole;
    if (text[0] == '\0') {
        return ZD_OK;
    }
    if (strncmp(text, first, sizeof first - 1) == 0) {
        return zd_project_parse(out, name, text, err);
    }
    zd_text_init(&whole, out->ctx);
    zd_text_format(&whole, "%s 1\n%s\n", first, text);
    zd_status status = zd_text_finish(&whole, "the inserts", err);
    if (status == ZD_OK) {
        status = zd_project_parse(out, name, whole.data, err);
    }
    zd_text_release(&whole);
    return status;
}
