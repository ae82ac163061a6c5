/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What kinds of nodes and their keys are called on the screen. */

#include <string.h>

#include "zd_scene_document.h"

const char *zd_scene_kind_label(zdepth_scene_kind kind)
{
    g_return_val_if_fail(kind < ZDEPTH_SCENE_KINDS, "");
    static const char *const labels[ZDEPTH_SCENE_KINDS] = { "Frame",   "Media",       "Axis",
                                                            "Surface", "Geometry",    "Camera",
                                                            "Light",   "Z-Depth Map", "Normal Map",
                                                            "AOV",     "Output" };
    return labels[kind];
}

char *zd_scene_key_label(const char *key)
{
    static const struct {
        const char *key;
        const char *label;
    } known[] = { { "analysis", "Analysis Type" },
                  { "roi", "Region of Interest" },
                  { "displace", "Displace Vertices" },
                  { "three_d", "3D" },
                  { "bump", "Bump Normals" },
                  { "zpass", "Z-Depth Pass" },
                  { "cell_px", "Surface Resolution" },
                  { "range", "Values" },
                  { "on", "Lies on" },
                  { "hq", "High Quality" },
                  { "fov", "Field of View" },
                  { "fps", "Frames a Second" },
                  { "zsnap", "Z-Snap" },
                  { "zsnap_at", "Z-Snap at" } };
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (strcmp(known[i].key, key) == 0) {
            return g_strdup(known[i].label);
        }
    }
    char *label = g_strdup(key);
    g_strdelimit(label, "_", ' ');
    label[0] = g_ascii_toupper(label[0]);
    return label;
}
