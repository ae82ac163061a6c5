/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The file is small and read anew each time, so that two windows do not undo one another's changes. */

#include "zd_settings.h"

#include <string.h>

#define GROUP "studio"

enum { MOST_RECENT = 8 };

static char *settings_path(void)
{
    return g_build_filename(g_get_user_config_dir(), "zdepth", "studio.ini", NULL);
}

static GKeyFile *read_settings(void)
{
    GKeyFile *file = g_key_file_new();
    g_autofree char *path = settings_path();
    g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL);
    return file;
}

static void write_settings(GKeyFile *file)
{
    g_autofree char *path = settings_path();
    g_autofree char *folder = g_path_get_dirname(path);
    g_mkdir_with_parents(folder, 0700);
    g_key_file_save_to_file(file, path, NULL); /* the next run begins without */
}

char **zd_settings_recent(void)
{
    g_autoptr(GKeyFile) file = read_settings();
    g_auto(GStrv) paths = g_key_file_get_string_list(file, GROUP, "recent", NULL, NULL);
    GPtrArray *there = g_ptr_array_new();
    for (int i = 0; paths != NULL && paths[i] != NULL; i++) {
        gboolean is_pattern = strchr(paths[i], '%') != NULL; /* of a sequence */
        if (is_pattern || g_file_test(paths[i], G_FILE_TEST_EXISTS)) {
            g_ptr_array_add(there, g_strdup(paths[i]));
        }
    }
    g_ptr_array_add(there, NULL);
    return (char **) g_ptr_array_free(there, FALSE);
}

void zd_settings_add_recent(const char *path)
{
    g_autoptr(GKeyFile) file = read_settings();
    g_auto(GStrv) old = zd_settings_recent();
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    const char *paths[MOST_RECENT] = { whole };
    gsize count = 1;
    for (int i = 0; old[i] != NULL && count < MOST_RECENT; i++) {
        if (!g_str_equal(old[i], whole)) {
            paths[count++] = old[i];
        }
    }
    g_key_file_set_string_list(file, GROUP, "recent", paths, count);
    write_settings(file);
}

int zd_settings_number(const char *key, int otherwise)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GKeyFile) file = read_settings();
    int value = g_key_file_get_integer(file, GROUP, key, &error);
    return error == NULL ? value : otherwise;
}

void zd_settings_set_number(const char *key, int value)
{
    g_autoptr(GKeyFile) file = read_settings();
    g_key_file_set_integer(file, GROUP, key, value);
    write_settings(file);
}
