/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any text as a project; what parses is written and parsed again, to the same text. */

#include "fuzz.h"

#include "project/project.h"

static void check_round_trip(const zd_project *project, zd_context *ctx)
{
    zd_text first;
    zd_text second;
    zd_project again;
    zd_error err;
    zd_text_init(&first, ctx);
    zd_text_init(&second, ctx);
    zd_project_init(&again, ctx);
    zd_project_write(project, &first);
    if (zd_project_parse(&again, "again", first.data, &err) != ZD_OK) {
        abort();
    }
    zd_project_write(&again, &second);
    if (strcmp(first.data, second.data) != 0) {
        abort();
    }
    zd_project_finish(&again);
    zd_text_release(&first);
    zd_text_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_context *ctx = fuzz_context();
    char *text = fuzz_text(data, size);
    zd_project project;
    zd_error err;
    zd_project_init(&project, ctx);
    if (zd_project_parse(&project, "fuzz", text, &err) == ZD_OK) {
        check_round_trip(&project, ctx);
    }
    zd_project_finish(&project);
    free(text);
    return 0;
}
