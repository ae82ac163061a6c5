/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* export_one PROJECT OUT PRESET: the Studio's export queue renders a project with one of its presets,
 * for a test that compares the file with the command line's. */

#include <stdio.h>
#include <stdlib.h>

#include "zd_document.h"
#include "zd_export.h"

static void changed_cb(ZdExport *queue, int index, gpointer user)
{
    GMainLoop *loop = user;
    const ZdExportItem *item = zd_export_item(queue, index);
    if (item->state == ZD_EXPORT_DONE || item->state == ZD_EXPORT_FAILED) {
        if (item->state == ZD_EXPORT_FAILED) {
            printf("%s\n", item->message);
        }
        g_main_loop_quit(loop);
    }
}

int main(int argc, char **argv)
{
    zdepth_context *context = NULL;
    GError *error = NULL;
    int status = 1;
    if (argc < 4 || zdepth_context_create(NULL, &context, NULL) != ZDEPTH_OK) {
        return 1;
    }
    ZdDocument *document = zd_document_new(context);
    ZdExport *queue = zd_export_new(context);
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    g_signal_connect(queue, "changed", G_CALLBACK(changed_cb), loop);
    if (zd_document_open_project(document, argv[1], &error) &&
        zd_export_add(queue, zd_document_project(document), zd_export_preset(atoi(argv[3])),
                      argv[2], NULL, &error) >= 0)
    {
        g_main_loop_run(loop);
        status = zd_export_item(queue, 0)->state == ZD_EXPORT_DONE ? 0 : 1;
    } else {
        printf("%s\n", error->message);
        g_error_free(error);
    }
    g_object_run_dispose(G_OBJECT(queue));
    g_object_unref(queue);
    g_main_loop_unref(loop);
    g_object_unref(document);
    zdepth_context_destroy(&context);
    return status;
}
