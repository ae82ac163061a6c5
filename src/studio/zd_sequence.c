/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Numbers of one length, as sequences are written: 0001 and 0002, not 9 and 10. */

#include "zd_sequence.h"

#include <string.h>

static gboolean is_picture(const char *ending)
{
    static const char *const endings[] = {
        ".png", ".exr", ".tif", ".tiff", ".jpg", ".jpeg", ".dpx"
    };
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (g_ascii_strcasecmp(ending, endings[i]) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Whether a name is a frame: the same text before and behind as many digits. */
static gboolean is_frame(const char *name, const char *before, size_t digits, const char *behind)
{
    size_t start = strlen(before);
    if (strlen(name) != start + digits + strlen(behind) || !g_str_has_prefix(name, before) ||
        !g_str_has_suffix(name, behind))
    {
        return FALSE;
    }
    for (size_t i = 0; i < digits; i++) {
        if (!g_ascii_isdigit(name[start + i])) {
            return FALSE;
        }
    }
    return TRUE;
}

char *zd_studio_sequence_of(const char *path, int *count)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *base = g_path_get_basename(path);
    const char *ending = strrchr(base, '.');
    *count = 0;
    if (ending == NULL || !is_picture(ending) || strchr(path, '%') != NULL) {
        return NULL;
    }
    size_t end = (size_t) (ending - base);
    size_t start = end;
    while (start > 0 && g_ascii_isdigit(base[start - 1])) {
        start--;
    }
    size_t digits = end - start;
    g_autofree char *before = g_strndup(base, start);
    g_autoptr(GDir) dir = digits > 0 && digits < 12 ? g_dir_open(folder, 0, NULL) : NULL;
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        *count += is_frame(name, before, digits, ending);
    }
    if (*count < 2) {
        return NULL;
    }
    g_autofree char *pattern = g_strdup_printf("%s%%0%zud%s", before, digits, ending);
    return g_build_filename(folder, pattern, NULL);
}
