/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_EXPORT_H
#define ZD_STUDIO_ZD_EXPORT_H

/* The export queue: jobs one after the other in a thread of their own, while work goes on. Each has
 * the project as it was when it was queued, so the file is what `zdepth render` makes of it.
 *
 * Signal: "changed" (int index) in GTK's thread when an item's state or progress changed. */

#include <gio/gio.h>
#include <zdepth/zdepth.h>

G_BEGIN_DECLS

#define ZD_TYPE_EXPORT (zd_export_get_type())
G_DECLARE_FINAL_TYPE(ZdExport, zd_export, ZD, EXPORT, GObject)

typedef enum ZdExportState {
    ZD_EXPORT_WAITING,
    ZD_EXPORT_RUNNING,
    ZD_EXPORT_DONE,
    ZD_EXPORT_FAILED,
    ZD_EXPORT_CANCELLED,
} ZdExportState;

typedef struct ZdExportItem {
    ZdExportState state;
    char *path;
    char *message; /* of a failure, else NULL */
    char stage[32];
    int64_t done;
    int64_t total;
    double rate; /* frames a second; 0: not known */
} ZdExportItem;

/** What a result is written as. */
typedef struct ZdExportPreset {
    const char *label;
    const char *ending;       /* ".mp4", or "_%04d.png" of a sequence */
    const char *codec;        /* NULL: the ending's own */
    const char *pixel_format; /* NULL: chosen */
    zdepth_job_kind kind;
} ZdExportPreset;

/** The presets; NULL past the last. */
const ZdExportPreset *zd_export_preset(int index);

ZdExport *zd_export_new(zdepth_context *context);

/** Queues a job with a copy of the project; `frames` is "A-B" or NULL. Gives the item's index. */
int zd_export_add(ZdExport *queue, const zdepth_project *project, const ZdExportPreset *preset,
                  const char *path, const char *frames, GError **error);

const ZdExportItem *zd_export_item(ZdExport *queue, int index);

void zd_export_cancel(ZdExport *queue, int index);
void zd_export_set_paused(ZdExport *queue, gboolean paused);

G_END_DECLS

#endif
