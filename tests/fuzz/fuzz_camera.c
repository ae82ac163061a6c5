/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any text as a camera of Nuke, a .chan file or, where it has a brace, a script. What is
 * taken over is a scene. */

#include "fuzz.h"

#include <stdio.h>
#include <unistd.h>

#include "core/file.h"
#include "scene/scene_exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char before[] = "zscene 1\nframe { size 64 36 range 3 9 }\n";
    char path[64];
    zd_context *ctx = fuzz_context();
    zd_scene_draft doc;
    bool is_script = size > 0 && memchr(data, '{', size) != NULL;
    snprintf(path, sizeof path, "/tmp/zdepth-fuzz-%ld.%s", (long) getpid(),
             is_script ? "nk" : "chan");
    const zd_scene_import_params params = { .path = path, .written = "c", .unit = 2.5 };
    if (zd_file_write(ctx, path, data, size, NULL) != ZD_OK ||
        zd_scene_draft_open(ctx, "fuzz", before, sizeof before - 1, &doc, NULL) != ZD_OK)
    {
        abort();
    }
    zd_status status = zd_scene_import(&doc, &params, NULL, NULL);
    if ((status == ZD_OK) != (strcmp(doc.text, before) != 0)) {
        abort(); /* changed though it failed, or the other way round */
    }
    zd_scene_draft_close(&doc);
    unlink(path);
    return 0;
}
