/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Names journals after this process, and finds those whose process has gone. */

#include "zd_journal.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

static char *journal_folder(void)
{
    return g_build_filename(g_get_user_cache_dir(), "zdepth", "studio", NULL);
}

char *zd_journal_new(const char *ending)
{
    g_autofree char *folder = journal_folder();
    g_autofree char *name = g_strdup_printf("%d-%08x%s", (int) getpid(), g_random_int(), ending);
    return g_mkdir_with_parents(folder, 0700) == 0 ? g_build_filename(folder, name, NULL) : NULL;
}

/* A journal whose process is gone. */
static gboolean is_orphan(const char *name, const char *ending)
{
    char *end;
    gint64 pid = g_ascii_strtoll(name, &end, 10);
    if (pid <= 0 || *end != '-' || !g_str_has_suffix(name, ending)) {
        return FALSE;
    }
    return kill((pid_t) pid, 0) != 0 && errno == ESRCH;
}

char *zd_journal_find(const char *ending)
{
    g_autofree char *folder = journal_folder();
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (is_orphan(name, ending)) {
            return g_build_filename(folder, name, NULL);
        }
    }
    return NULL;
}
