"""The smallest window with a plot in it, for the window to be measured against: nothing else is imported."""

import pyqtgraph as pg

app = pg.mkQApp()
plot = pg.PlotWidget()
plot.resize(1600, 1000)
plot.show()
app.processEvents()
plot.repaint()
print("usable", flush=True)
plot.close()
