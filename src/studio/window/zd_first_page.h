/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_WINDOW_ZD_FIRST_PAGE_H
#define ZD_STUDIO_WINDOW_ZD_FIRST_PAGE_H

/* What an empty window shows: what there is to do, the sample, and what was opened last. */

#include <adwaita.h>

G_BEGIN_DECLS

#define ZD_TYPE_FIRST_PAGE (zd_first_page_get_type())
G_DECLARE_FINAL_TYPE(ZdFirstPage, zd_first_page, ZD, FIRST_PAGE, AdwBin)

G_END_DECLS

#endif
