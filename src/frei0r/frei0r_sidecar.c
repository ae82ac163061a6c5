/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A reader of maps; the picture handed out is the map itself. */

#include "frei0r/frei0r_sidecar.h"

#include <assert.h>
#include <math.h>

#include "media/map_reader.h"

struct zd_frei0r_sidecar {
    zd_context *ctx;
    zd_map_reader *reader;
    zd_image *map;
};

zd_status zd_frei0r_sidecar_open(zd_context *ctx, const char *path, double fps,
                                 zd_frei0r_sidecar **out, zd_error *err)
{
    assert(path != NULL && fps > 0.0);
    zd_map_params how = { .media.sequence_rate = { (int) lround(fps * 1000.0), 1000 } };
    zd_frei0r_sidecar *sidecar = zd_alloc_zeroed(ctx, 1, sizeof *sidecar);
    *out = sidecar;
    if (sidecar == NULL) {
        return zd_fail_memory(err, "the depth map");
    }
    sidecar->ctx = ctx;
    zd_status status = zd_map_reader_open(ctx, path, &how, &sidecar->reader, err);
    if (status != ZD_OK) {
        zd_frei0r_sidecar_close(out);
    }
    return status;
}

void zd_frei0r_sidecar_close(zd_frei0r_sidecar **sidecar)
{
    if (*sidecar != NULL) {
        zd_map_reader_close(&(*sidecar)->reader);
        zd_image_unref(&(*sidecar)->map);
        zd_free((*sidecar)->ctx, *sidecar);
        *sidecar = NULL;
    }
}

zd_status zd_frei0r_sidecar_at(zd_frei0r_sidecar *sidecar, double time_s, zd_pixels *out,
                               zd_error *err)
{
    zd_image *map = NULL;
    bool usable = isfinite(time_s) && time_s >= 0.0 && time_s < 1e9;
    ZD_TRY(zd_map_reader_at(sidecar->reader, usable ? llround(time_s * 1e6) : 0, &map, err));
    zd_image_unref(&sidecar->map);
    sidecar->map = map;
    *out = (zd_pixels){ .view = zd_image_view(map), .alpha = ZD_PIXELS_OPAQUE };
    return ZD_OK;
}
