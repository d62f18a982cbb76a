/** What serving needs of MLflow. */
export { type MlflowClient, createMlflow } from './client.ts';
export { type DownloadedModel, downloadModel } from './download-model.ts';
